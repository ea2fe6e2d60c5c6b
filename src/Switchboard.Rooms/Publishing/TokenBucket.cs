namespace Switchboard.Rooms;

/// <summary>Somebody's right to publish: it fills at a rate, up to a burst. Begins full. Not safe from several threads at once.</summary>
public struct TokenBucket
{
    private double _spent;
    private long _at;

    /// <summary>Takes one token, or says how long it takes until there is one.</summary>
    /// <param name="limit">The rate and the burst.</param>
    /// <param name="time">The clock, always the same one.</param>
    /// <returns>Zero if one was taken.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="limit"/> or <paramref name="time"/> is null.</exception>
    public TimeSpan Take(RateLimit limit, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(limit);
        ArgumentNullException.ThrowIfNull(time);
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
