namespace Switchboard.Transports.Linux.Epoll;

/// <summary>
/// Finds whom an event is for. Places are used again, and an event may still be under way for one who has left: so each has a
/// generation, which an event's data carries beside the place.
/// </summary>
internal sealed class HandlerTable
{
    private const int NoPlace = -1;

    private Entry[] _entries = new Entry[16];
    private int _used;
    private int _firstFree = NoPlace;

    internal int Count { get; private set; }

    /// <returns>The data that stands for this handler in events.</returns>
    internal ulong Add(IEventHandler handler)
    {
        var place = _firstFree;
        if (place == NoPlace)
        {
            if (_used == _entries.Length)
            {
                Array.Resize(ref _entries, _used * 2);
            }

            place = _used++;
        }
        else
        {
            _firstFree = _entries[place].NextFree;
        }

        Count++;
        ref var entry = ref _entries[place];
        entry.Handler = handler;
        return ((ulong)entry.Generation << 32) | (uint)place;
    }

    internal void Remove(ulong data)
    {
        var place = (int)(uint)data;
        ref var entry = ref _entries[place];
        entry.Handler = null;
        entry.Generation++;
        entry.NextFree = _firstFree;
        _firstFree = place;
        Count--;
    }

    internal IEventHandler? Find(ulong data)
    {
        ref var entry = ref _entries[(int)(uint)data];
        return entry.Generation == (uint)(data >> 32) ? entry.Handler : null;
    }

    /// <summary>Everyone who is in the table now.</summary>
    internal IEventHandler[] All() => [.. _entries.Where(entry => entry.Handler is not null).Select(entry => entry.Handler!)];

    private struct Entry
    {
        internal IEventHandler? Handler;
        internal uint Generation;
        internal int NextFree;
    }
}
