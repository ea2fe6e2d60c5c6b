namespace Switchboard.Rooms;

/// <summary>Which settings hold in which room: those of the first pattern that its name fits, or else the default's. Immutable.</summary>
public sealed class RoomRules
{
    private readonly (RoomNameGlob Rooms, RoomSettings Settings)[] _patterns;

    /// <param name="byDefault">For rooms that fit no pattern; default those of <see cref="RoomSettings"/>.</param>
    /// <param name="patterns">Patterns of names, the first that fits counting.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public RoomRules(RoomSettings? byDefault = null, IEnumerable<KeyValuePair<RoomNameGlob, RoomSettings>>? patterns = null)
    {
        Default = byDefault ?? new RoomSettings();
        _patterns = [.. (patterns ?? []).Select(pattern => (pattern.Key, pattern.Value))];
        Default.Validate("all rooms");
        foreach (var (rooms, settings) in _patterns)
        {
            settings.Validate($"the rooms '{rooms}'");
        }
    }

    /// <summary>For rooms that fit no pattern.</summary>
    public RoomSettings Default { get; }

    /// <summary>The largest message that any room takes.</summary>
    public int MaxMessageBytes => _patterns.Select(pattern => pattern.Settings.MaxMessageBytes).Append(Default.MaxMessageBytes).Max();

    /// <summary>What holds in a room.</summary>
    public RoomSettings For(RoomName room)
    {
        ArgumentNullException.ThrowIfNull(room);
        foreach (var (rooms, settings) in _patterns)
        {
            if (rooms.Matches(room))
            {
                return settings;
            }
        }

        return Default;
    }
}
