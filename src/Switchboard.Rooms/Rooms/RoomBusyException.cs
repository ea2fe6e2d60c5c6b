namespace Switchboard.Rooms;

/// <summary>
/// A room refuses a message because too much of what was published there is not delivered yet, see
/// <see cref="RoomOptions.MaxUndeliveredBytes"/>. Nothing has changed: the same message may be published again, a moment later.
/// </summary>
public sealed class RoomBusyException : Exception
{
    internal RoomBusyException(RoomName room, long maxUndeliveredBytes)
        : base($"Room {room.Encoded} is busy: of the {maxUndeliveredBytes} bytes that may wait to be delivered, too few are left. Try again in a moment.")
    {
    }
}
