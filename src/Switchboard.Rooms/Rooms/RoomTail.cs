namespace Switchboard.Rooms;

/// <summary>
/// The newest messages of a room that has members, so that whoever was away for a moment costs the log nothing: a ring that grows, up to a number and up to
/// so many bytes, and then forgets the oldest. Guarded by the room.
/// </summary>
internal sealed class RoomTail(int capacity, long maxBytes)
{
    private RoomMessage[] _ring = [];
    private int _oldest;
    private int _count;
    private long _bytes;

    /// <summary>Whether it has all messages behind <paramref name="cursor"/>, of a room whose newest is <paramref name="last"/>.</summary>
    public bool Covers(long cursor, long last) => cursor >= last || (_count > 0 && _ring[_oldest].Sequence <= cursor + 1);

    public void Append(RoomMessage message)
    {
        while (_count > 0 && (_count >= capacity || _bytes + message.Payload.Length > maxBytes))
        {
            ForgetOldest();
        }

        if (capacity == 0 || message.Payload.Length > maxBytes)
        {
            return;
        }

        if (_count == _ring.Length)
        {
            var wider = new RoomMessage[(int)Math.Min(capacity, Math.Max(4L, 2L * _count))];
            CopyNewest(_count, wider);
            (_ring, _oldest) = (wider, 0);
        }

        _ring[(_oldest + _count++) % _ring.Length] = message;
        _bytes += message.Payload.Length;
    }

    /// <summary>The messages behind <paramref name="cursor"/>, oldest first.</summary>
    public RoomMessage[] Behind(long cursor)
    {
        if (_count == 0)
        {
            return [];
        }

        var newest = _ring[(_oldest + _count - 1) % _ring.Length].Sequence;
        var behind = new RoomMessage[(int)Math.Clamp(newest - cursor, 0, _count)];
        CopyNewest(behind.Length, behind);
        return behind;
    }

    public void Clear() => (_ring, _oldest, _count, _bytes) = ([], 0, 0, 0);

    private void CopyNewest(int count, RoomMessage[] target)
    {
        var first = _oldest + _count - count;
        for (var i = 0; i < count; i++)
        {
            target[i] = _ring[(first + i) % _ring.Length];
        }
    }

    private void ForgetOldest()
    {
        _bytes -= _ring[_oldest].Payload.Length;
        _ring[_oldest] = null!;
        _oldest = (_oldest + 1) % _ring.Length;
        _count--;
    }
}
