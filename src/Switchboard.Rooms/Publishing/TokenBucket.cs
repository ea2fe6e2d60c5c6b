namespace Switchboard.Rooms;

/// <summary>A member's right to publish: it fills at a rate, up to a burst. Guarded by the room.</summary>
internal struct TokenBucket
{
    private double _spent;
    private long _at;

    /// <summary>Takes one token, or says how long it takes until there is one.</summary>
    public TimeSpan Take(RateLimit limit, TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (_at != 0)
        {
            _spent = Math.Max(0, _spent - (time.GetElapsedTime(_at, now).TotalSeconds * limit.PerSecond));
        }

        _at = now;
        if (_spent + 1 <= limit.Burst)
        {
            _spent++;
            return TimeSpan.Zero;
        }

        // Rounded up: who waits exactly so long must not be told to wait once more.
        return TimeSpan.FromMilliseconds(Math.Ceiling((_spent + 1 - limit.Burst) / limit.PerSecond * 1000));
    }
}
