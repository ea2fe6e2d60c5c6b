namespace Switchboard.Rooms;

/// <summary>The last messages of one room: a ring that grows to its capacity, then forgets the oldest. Guarded by the room.</summary>
internal sealed class RoomHistory(int capacity)
{
    private RoomMessage[] _ring = [];
    private int _oldest;

    public int Count { get; private set; }

    /// <summary>Payload bytes of all remembered messages.</summary>
    public long Bytes { get; private set; }

    public void Append(RoomMessage message)
    {
        if (capacity == 0)
        {
            return;
        }

        if (Count == capacity)
        {
            Bytes -= _ring[_oldest].Payload.Length;
            _ring[_oldest] = message;
            _oldest = (_oldest + 1) % capacity;
        }
        else
        {
            if (Count == _ring.Length)
            {
                Array.Resize(ref _ring, (int)Math.Min(capacity, Math.Max(4L, 2L * Count)));
            }

            // Nothing is forgotten before the ring is full, so until then the oldest is at 0.
            _ring[Count++] = message;
        }

        Bytes += message.Payload.Length;
    }

    /// <summary>The newest <paramref name="count"/> messages, or as many as there are, oldest first.</summary>
    public RoomMessage[] Last(int count)
    {
        var last = new RoomMessage[Math.Min(count, Count)];
        var first = _oldest + Count - last.Length;
        for (var i = 0; i < last.Length; i++)
        {
            last[i] = _ring[(first + i) % _ring.Length];
        }

        return last;
    }
}
