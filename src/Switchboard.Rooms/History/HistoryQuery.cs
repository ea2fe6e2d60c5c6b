namespace Switchboard.Rooms;

/// <summary>Which messages of a room to read: those behind a sequence, or those before one.</summary>
public readonly record struct HistoryQuery
{
    private HistoryQuery(long? after, long? before, int limit, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        (After, Before, Limit, MaxBytes) = (after, before, limit, maxBytes);
    }

    /// <summary>The oldest messages with a greater sequence; null if <see cref="Before"/> is asked for.</summary>
    public long? After { get; }

    /// <summary>The newest messages with a smaller sequence; null if <see cref="After"/> is asked for.</summary>
    public long? Before { get; }

    /// <summary>How many at most. Zero asks for the position alone.</summary>
    public int Limit { get; }

    /// <summary>How many bytes of payload at most; the first message comes whatever its length.</summary>
    public long MaxBytes { get; }

    /// <summary>Where the room stands, and no messages.</summary>
    public static HistoryQuery Position => new(0, null, 0, 0);

    /// <summary>The oldest <paramref name="limit"/> messages behind <paramref name="sequence"/>.</summary>
    public static HistoryQuery Behind(long sequence, int limit, long maxBytes = long.MaxValue) => new(sequence, null, limit, maxBytes);

    /// <summary>The newest <paramref name="limit"/> messages before <paramref name="sequence"/>.</summary>
    public static HistoryQuery Preceding(long sequence, int limit, long maxBytes = long.MaxValue) => new(null, sequence, limit, maxBytes);

    /// <summary>The newest <paramref name="limit"/> messages.</summary>
    public static HistoryQuery Newest(int limit, long maxBytes = long.MaxValue) => new(null, long.MaxValue, limit, maxBytes);
}
