namespace Switchboard.Rooms.Tests;

/// <summary>Several nodes over one log, one backplane and one presence.</summary>
internal sealed class Cluster(IMessageLog? log = null, IBackplane? backplane = null, TimeProvider? time = null, RoomSettings? settings = null)
{
    private static readonly RoomSettings Quiet = new() { PresenceEvents = false, Rate = null };

    private readonly InMemoryPresence _presence = new(time);

    public IMessageLog Log { get; } = log ?? new InMemoryMessageLog();

    public IBackplane Backplane { get; } = backplane ?? new InProcessBackplane();

    /// <param name="own">The node's own view of the log, if it has one.</param>
    public RoomDirectory Node(IMessageLog? own = null) => new(new RoomOptions
    {
        Log = own ?? Log,
        Backplane = Backplane,
        Presence = _presence,
        TimeProvider = time ?? TimeProvider.System,
        Rules = new RoomRules(settings ?? Quiet),
    });
}
