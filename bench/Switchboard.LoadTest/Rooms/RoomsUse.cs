namespace Switchboard.LoadTest.Rooms;

/// <summary>What happened, and who computed, within a window.</summary>
/// <param name="Seconds">The wall clock's.</param>
/// <param name="Deliveries">Messages received, over all members.</param>
/// <param name="Published">Messages published.</param>
/// <param name="Acks">Messages acknowledged.</param>
/// <param name="ServerNanoseconds">User and system time of the server's process.</param>
/// <param name="ClientNanoseconds">The same of all processes of members.</param>
/// <param name="ServerCpuTaken">The share of the server's CPU that something else had.</param>
/// <param name="ClientCpuTaken">The same of the members' CPUs, of all of which 1 is the whole.</param>
/// <param name="ClientCpus">How many those are.</param>
internal readonly record struct RoomsUse(
    double Seconds,
    long Deliveries,
    long Published,
    long Acks,
    double ServerNanoseconds,
    double ClientNanoseconds,
    double ServerCpuTaken,
    double ClientCpuTaken,
    int ClientCpus)
{
    private const double Saturated = 0.95;

    public double ServerShare => ServerNanoseconds / (Seconds * 1e9);

    /// <summary>Of all the members' CPUs.</summary>
    public double ClientShare => ClientNanoseconds / (Seconds * 1e9 * ClientCpus);

    /// <summary>The members had no time left while the server had: rates and times then tell of them, not of the server.</summary>
    public bool IsClientBound => ClientShare + ClientCpuTaken > Saturated && ServerShare + ServerCpuTaken < Saturated;
}
