namespace Switchboard.Rooms;

/// <summary>What holds in a room, see <see cref="RoomRules"/>.</summary>
public sealed record RoomSettings
{
    private readonly PublisherPatterns? _readers;
    private readonly PublisherPatterns? _writers;
    private readonly PublisherPatterns? _managers;

    /// <summary>
    /// Whether messages are stored and acknowledged. Default true. Else the room is ephemeral: its newest messages are kept in memory, as long as the process
    /// lives and there is space, and nothing is acknowledged.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>How much is kept.</summary>
    public Retention Retention { get; init; } = new();

    /// <summary>The longest message in bytes of payload. Default 64 KiB; zero allows only empty messages.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>How often each member may publish. Default 100 a second, and 200 at once; null for as often as it likes.</summary>
    public RateLimit? Rate { get; init; } = new();

    /// <summary>How many members the room takes, on this node. Default null: any number.</summary>
    public int? MaxMembers { get; init; }

    /// <summary>What becomes of a member that reads too slowly. Default <see cref="SlowMemberPolicy.Disconnect"/>.</summary>
    public SlowMemberPolicy SlowMembers { get; init; }

    /// <summary>
    /// Whether members are told who joins and leaves. Default true. In a large room it is most of the work: 10,000 who come are 50 million events.
    /// </summary>
    public bool PresenceEvents { get; init; } = true;

    /// <summary>
    /// Who may read, of those whose identity allows it: patterns of <see cref="RoomIdentity.Publisher"/>, in which <c>*</c> stands for any characters. Default
    /// null: all of them.
    /// </summary>
    public IReadOnlyList<string>? Readers
    {
        get => _readers?.Texts;
        init => _readers = value is null ? null : new PublisherPatterns(value);
    }

    /// <summary>Who may write, likewise.</summary>
    public IReadOnlyList<string>? Writers
    {
        get => _writers?.Texts;
        init => _writers = value is null ? null : new PublisherPatterns(value);
    }

    /// <summary>Who may manage, likewise; managers read and write as well.</summary>
    public IReadOnlyList<string>? Managers
    {
        get => _managers?.Texts;
        init => _managers = value is null ? null : new PublisherPatterns(value);
    }

    /// <summary>Whether somebody may do something in a room that these settings hold in.</summary>
    public bool Allow(RoomName room, RoomIdentity who, RoomAction action)
    {
        ArgumentNullException.ThrowIfNull(who);
        return who.Grants.Allows(room, action)
            && (PatternsFor(action) is not { } patterns || patterns.Match(who.Publisher) || (_managers?.Match(who.Publisher) ?? false));
    }

    private PublisherPatterns? PatternsFor(RoomAction action) => action switch
    {
        RoomAction.Read => _readers,
        RoomAction.Write => _writers,
        _ => _managers,
    };

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate(string where)
    {
        Check(MaxMessageBytes >= 0, nameof(MaxMessageBytes), "0 or more");
        Check(MaxMembers is null or > 0, nameof(MaxMembers), "1 or more, or left out");
        Check(Rate is null or { PerSecond: > 0, Burst: > 0 }, nameof(Rate), "more than zero a second, with a burst of 1 or more");
        Check(Retention is { MaxMessages: null or > 0 }, "Retention:MaxMessages", "1 or more, or left out");
        Check(Retention is { MaxBytes: null or > 0 }, "Retention:MaxBytes", "1 or more, or left out");
        Check(Retention.MaxAge is null || Retention.MaxAge > TimeSpan.Zero, "Retention:MaxAge", "more than zero, or left out");
        Check(Enum.IsDefined(SlowMembers), nameof(SlowMembers), "Disconnect, DropOldest or KeepLatest");

        foreach (var patterns in new[] { _readers, _writers, _managers })
        {
            if (patterns?.Problem is { } problem)
            {
                throw new ArgumentException($"The settings of {where} name publishers by a pattern that is none. {problem}");
            }
        }

        void Check(bool isGood, string name, string range)
        {
            if (!isGood)
            {
                throw new ArgumentException($"The setting {name} of {where} must be {range}.");
            }
        }
    }
}
