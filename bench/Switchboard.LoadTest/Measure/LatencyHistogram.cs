using System.Numerics;

namespace Switchboard.LoadTest.Measure;

/// <summary>
/// Counts durations in buckets that grow with them: 64 to each power of two, so a percentile is off by less than 1 %. The memory is
/// fixed, so recording never allocates.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int PrecisionBits = 6;
    private const int BucketsPerPower = 1 << PrecisionBits;

    private readonly long[] _counts = new long[(64 - PrecisionBits) * BucketsPerPower];
    private long _total;

    /// <summary>How many there are in each bucket: what another process needs to <see cref="Add"/> them to its own.</summary>
    public IReadOnlyList<long> Counts => _counts;

    public void Record(long nanoseconds)
    {
        _counts[BucketOf((ulong)Math.Max(0, nanoseconds))]++;
        _total++;
    }

    public void Add(int bucket, long count)
    {
        _counts[bucket] += count;
        _total += count;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
    }

    /// <summary>The duration that <paramref name="fraction"/> of all recorded ones do not exceed; zero if there are none.</summary>
    public TimeSpan Percentile(double fraction)
    {
        var rank = (long)Math.Ceiling(fraction * _total);
        for (var bucket = 0; bucket < _counts.Length && rank > 0; bucket++)
        {
            rank -= _counts[bucket];
            if (rank <= 0)
            {
                return TimeSpan.FromMicroseconds(MiddleOf(bucket) / 1_000.0);
            }
        }

        return TimeSpan.Zero;
    }

    // Up to 127 ns a bucket per nanosecond; from there the exponent selects 64 buckets and the six bits after the leading one pick.
    private static int BucketOf(ulong value)
    {
        var shift = Math.Max(0, BitOperations.Log2(value) - PrecisionBits);
        return (shift * BucketsPerPower) + (int)(value >> shift);
    }

    private static double MiddleOf(int bucket)
    {
        var shift = Math.Max(0, (bucket / BucketsPerPower) - 1);
        var lowest = (double)(bucket - (shift * BucketsPerPower)) * Math.Pow(2, shift);
        return lowest + ((Math.Pow(2, shift) - 1) / 2);
    }
}
