namespace Switchboard.LoadTest.Measure;

/// <summary>The times that 50, 99 and 99.9 % of all did not exceed.</summary>
internal readonly record struct Latency(TimeSpan P50, TimeSpan P99, TimeSpan P999)
{
    public static Latency Of(LatencyHistogram histogram) =>
        new(histogram.Percentile(0.50), histogram.Percentile(0.99), histogram.Percentile(0.999));
}
