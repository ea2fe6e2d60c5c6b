using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary>One measured window of echo load.</summary>
internal sealed record EchoResult(long Messages, CpuUse Cpu, TimeSpan P50, TimeSpan P99, TimeSpan P999)
{
    public double MessagesPerSecond => Messages / Cpu.Window.TotalSeconds;

    public double ServerMicrosecondsPerMessage => Cpu.ServerMicroseconds / Messages;
}
