namespace Switchboard.LoadTest.Measure;

/// <summary>Who computed how much in a window of time. Shares are of one CPU; a server with several threads may exceed 1.</summary>
/// <param name="Window">The wall clock's time.</param>
/// <param name="ServerMicroseconds">User and system time of the server's process.</param>
/// <param name="ServerShare">The same as a share of the window.</param>
/// <param name="GeneratorShare">The generator's one thread.</param>
/// <param name="GeneratorWaitShare">When that thread was ready and something else had its CPU: a sign of a noisy machine.</param>
internal readonly record struct CpuUse(
    TimeSpan Window, double ServerMicroseconds, double ServerShare, double GeneratorShare, double GeneratorWaitShare)
{
    private const double Saturated = 0.95;

    /// <summary>The generator had no time left while the server had: messages/s then tell of the generator, not of the server.</summary>
    public bool IsGeneratorBound => GeneratorShare + GeneratorWaitShare > Saturated && ServerShare < Saturated;
}
