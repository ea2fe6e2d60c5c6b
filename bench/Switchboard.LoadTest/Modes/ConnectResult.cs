using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary>A window without and a window with the storm.</summary>
internal sealed record ConnectResult(int RateWanted, long Handshakes, CpuUse CalmCpu, Latency Calm, CpuUse StormCpu, Latency Storm)
{
    private const double Enough = 0.95;

    public double HandshakesPerSecond => Handshakes / StormCpu.Window.TotalSeconds;

    /// <summary>To open and to close one connection, what the quiet ones cost having been taken off.</summary>
    public double ServerMicrosecondsPerHandshake =>
        (StormCpu.ServerMicroseconds - (CalmCpu.ServerShare * StormCpu.Window.TotalMicroseconds)) / Handshakes;

    /// <summary>Fewer handshakes than asked for although the server had time.</summary>
    public bool IsGeneratorBound => HandshakesPerSecond < RateWanted * Enough && StormCpu.ServerShare < Enough;
}
