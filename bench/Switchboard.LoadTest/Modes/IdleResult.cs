using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary>What connections cost the server while nothing is said. Kernel memory (socket buffers) is not in it.</summary>
internal sealed record IdleResult(int Connections, ProcessMemory Before, ProcessMemory After, CpuUse Opening, CpuUse Idling)
{
    public double ResidentBytesEach => (After.Resident - Before.Resident) * 1024.0 / Connections;

    public double AnonymousBytesEach => (After.Anonymous - Before.Anonymous) * 1024.0 / Connections;

    public double HandshakeMicroseconds => Opening.ServerMicroseconds / Connections;
}
