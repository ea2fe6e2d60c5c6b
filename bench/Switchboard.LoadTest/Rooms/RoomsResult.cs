using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Rooms;

/// <summary>What one run of a load said.</summary>
/// <param name="Load">The load.</param>
/// <param name="FileSystem">Where the server stores.</param>
/// <param name="Before">The server's memory before the first member, after some connections that have gone.</param>
/// <param name="After">The same with all members, at rest.</param>
/// <param name="Paces">One for each of the load's.</param>
/// <param name="Peak">The most memory there ever was, in megabytes.</param>
internal sealed record RoomsResult(
    RoomsLoad Load, string FileSystem, ProcessMemory Before, ProcessMemory After, IReadOnlyList<PaceResult> Paces, double Peak)
{
    /// <summary>Resident memory in bytes. What the kernel has in socket buffers is not in it.</summary>
    public double BytesPerMember => (After.Resident - Before.Resident) * 1024.0 / Load.Members;
}

/// <summary>One pace's window.</summary>
/// <param name="Pace">What was asked for.</param>
/// <param name="Use">What everybody did meanwhile.</param>
/// <param name="ToLastMember">From when a message was due to be published until the last member had it.</param>
/// <param name="ToAck">From the same until its ack; null where there are none.</param>
internal sealed record PaceResult(Pace Pace, RoomsUse Use, Latency ToLastMember, Latency? ToAck)
{
    private const double Kept = 0.95; // a window may miss the last few of the few

    public double DeliveriesPerSecond => Use.Deliveries / Use.Seconds;

    public double PublishedPerSecond => Use.Published / Use.Seconds;

    public double AcksPerSecond => Use.Acks / Use.Seconds;

    public double ServerMicrosecondsPerDelivery => Use.ServerNanoseconds / 1_000 / Use.Deliveries;

    /// <summary>Whether as much was published as was asked for.</summary>
    public bool IsKept => Pace.IsMax || PublishedPerSecond >= Pace.PerSecond * Kept;
}
