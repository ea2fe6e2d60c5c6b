using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary>One measured window of load: how many messages (or deliveries, or handshakes), and what they cost and took.</summary>
internal sealed record LoadResult(long Messages, CpuUse Cpu, Latency Latency)
{
    public double MessagesPerSecond => Messages / Cpu.Window.TotalSeconds;

    public double ServerMicrosecondsPerMessage => Cpu.ServerMicroseconds / Messages;

    /// <summary>Itself, unless it cannot be what was measured.</summary>
    public LoadResult Plausible(CpuClock? server)
    {
        if (Messages == 0)
        {
            throw new RunFailedException("Not one message came back within the window.");
        }

        return server is null || Cpu.ServerMicroseconds > 0
            ? this
            : throw new RunFailedException("The process given as the server used no CPU. Is it a wrapper, and the server its child?");
    }
}
