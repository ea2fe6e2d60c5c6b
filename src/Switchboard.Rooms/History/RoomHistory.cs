namespace Switchboard.Rooms;

/// <summary>
/// The last messages of one room, up to a number and up to so many bytes: a ring that grows, and then forgets the oldest.
/// Guarded by the room.
/// </summary>
internal sealed class RoomHistory(int capacity, long maxBytes)
{
    private RoomMessage[] _ring = [];
    private int _oldest;

    public int Count { get; private set; }

    /// <summary>Payload bytes of all remembered messages.</summary>
    public long Bytes { get; private set; }

    public void Append(RoomMessage message)
    {
        while (Count > 0 && (Count >= capacity || Bytes + message.Payload.Length > maxBytes))
        {
            ForgetOldest();
        }

        if (capacity == 0 || message.Payload.Length > maxBytes)
        {
            return;
        }

        if (Count == _ring.Length)
        {
            _ring = [.. Last(Count), .. new RoomMessage[(int)Math.Min(capacity - Count, Math.Max(4L, Count))]];
            _oldest = 0;
        }

        _ring[(_oldest + Count++) % _ring.Length] = message;
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

    private void ForgetOldest()
    {
        Bytes -= _ring[_oldest].Payload.Length;
        _ring[_oldest] = null!;
        _oldest = (_oldest + 1) % _ring.Length;
        Count--;
    }
}
