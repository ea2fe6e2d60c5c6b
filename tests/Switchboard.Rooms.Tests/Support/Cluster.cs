namespace Switchboard.Rooms.Tests;

/// <summary>Several nodes over one log, one backplane and one presence.</summary>
internal sealed class Cluster(IMessageLog? log = null, IBackplane? backplane = null, TimeProvider? time = null, RoomSettings? settings = null)
{
    private static readonly RoomSettings _quiet = new() { PresenceEvents = false, Rate = null };

    private readonly InMemoryPresence _presence = new(time);

    public IMessageLog Log { get; } = log ?? new InMemoryMessageLog();

    public IBackplane Backplane { get; } = backplane ?? new InProcessBackplane();

    public RoomDirectory Node() => new(new RoomOptions
    {
        Log = Log,
        Backplane = Backplane,
        Presence = _presence,
        TimeProvider = time ?? TimeProvider.System,
        Rules = new RoomRules(settings ?? _quiet),
    });
}
