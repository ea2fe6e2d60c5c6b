using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms;

/// <summary>The rooms without members that are kept for their history, within the limits. Guarded by the directory.</summary>
internal sealed class EmptyRooms(RoomOptions options)
{
    private readonly LinkedList<Room> _longestIdleFirst = new();
    private readonly Dictionary<Room, LinkedListNode<Room>> _places = [];
    private long _bytes;

    /// <summary>Adds a room, whose history does not change until it is removed.</summary>
    public void Add(Room room)
    {
        _places.Add(room, _longestIdleFirst.AddLast(room));
        _bytes += room.History.Bytes;
    }

    public void Remove(Room room)
    {
        if (_places.Remove(room, out var place))
        {
            _longestIdleFirst.Remove(place);
            _bytes -= room.History.Bytes;
        }
    }

    public bool TryTakeExcess([NotNullWhen(true)] out Room? room)
    {
        var isWithinLimits = _places.Count <= options.MaxEmptyRooms && _bytes <= options.MaxEmptyRoomBytes;
        room = isWithinLimits ? null : _longestIdleFirst.First?.Value;
        if (room is null)
        {
            return false;
        }

        Remove(room);
        return true;
    }
}
