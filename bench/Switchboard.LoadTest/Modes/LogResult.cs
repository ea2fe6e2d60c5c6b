using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary>What a window has shown.</summary>
/// <param name="PerSecond">Messages stored and acknowledged per second.</param>
/// <param name="PerCommit">How many of them shared a transaction, on average.</param>
/// <param name="Latency">From when a message left, or was due, to its acknowledgement.</param>
/// <param name="CpuPerMessage">Of the whole process: the load's own part included.</param>
internal sealed record LogResult(double PerSecond, double PerCommit, Latency Latency, TimeSpan CpuPerMessage);
