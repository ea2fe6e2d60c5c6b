using Switchboard.Rooms;

namespace Switchboard.Server.Configuration;

/// <summary>
/// The section <c>Switchboard:Rooms</c>: what holds in all rooms (<c>Default</c>), and in those whose names fit a pattern (<c>Patterns</c>), which say only what is
/// different. The first pattern that fits counts.
/// </summary>
internal static class RoomsSettings
{
    private const string None = "none";

    // What can be without a limit: null in code, which no flag and no variable of the environment can say.
    private static readonly string[] Limits =
    [
        nameof(RoomSettings.Rate),
        nameof(RoomSettings.MaxMembers),
        ConfigurationPath.Combine(nameof(RoomSettings.Retention), nameof(Retention.MaxMessages)),
        ConfigurationPath.Combine(nameof(RoomSettings.Retention), nameof(Retention.MaxBytes)),
        ConfigurationPath.Combine(nameof(RoomSettings.Retention), nameof(Retention.MaxAge)),
    ];

    /// <exception cref="InvalidOperationException">A value is not of its type.</exception>
    /// <exception cref="ArgumentException">A value is out of its range, a pattern is none, or there is no such setting.</exception>
    internal static RoomRules Read(IConfigurationSection section)
    {
        KnownSettings.ThrowIfUnknown(section, "Default", "Patterns");
        var byDefault = section.GetSection("Default");
        return new RoomRules(Bound(byDefault), PatternsOf(section.GetSection("Patterns")).Select(each => KeyValuePair.Create(PatternOf(each), Bound(byDefault, each))));
    }

    private static IEnumerable<IConfigurationSection> PatternsOf(IConfigurationSection section) => string.IsNullOrEmpty(section.Value)
        ? section.GetChildren()
        : throw new ArgumentException($"The setting {section.Path} is a list: the first pattern is {section.Path}:0:Name.");

    /// <param name="byDefault">What holds in all rooms.</param>
    /// <param name="patterns">What is different in some; they have a name besides.</param>
    private static RoomSettings Bound(IConfigurationSection byDefault, params IConfigurationSection[] patterns)
    {
        var settings = new RoomSettings();
        foreach (var said in (IConfigurationSection[])[byDefault, .. patterns])
        {
            var section = WithoutNone(said);
            KnownSettings.ThrowIfUnknown(section, typeof(RoomSettings), said == byDefault ? [] : ["Name"]);
            section.Bind(settings);

            // The binder knows neither that no rate is null, nor an empty list, and adds what is said to a list that is there: who may read a room is what its own pattern says.
            settings = settings with
            {
                Rate = IsNone(said, nameof(RoomSettings.Rate)) ? null : settings.Rate,
                Readers = ListOf(section.GetSection(nameof(RoomSettings.Readers))) ?? settings.Readers,
                Writers = ListOf(section.GetSection(nameof(RoomSettings.Writers))) ?? settings.Writers,
                Managers = ListOf(section.GetSection(nameof(RoomSettings.Managers))) ?? settings.Managers,
            };
        }

        return settings;
    }

    /// <returns>Null if it is not there.</returns>
    private static string[]? ListOf(IConfigurationSection section) =>
        section.Exists() ? [.. section.GetChildren().Select(static item => item.Value ?? "")] : null;

    private static bool IsNone(IConfigurationSection section, string setting) => string.Equals(section[setting], None, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same, but that limits which are none have no value.</summary>
    private static IConfigurationSection WithoutNone(IConfigurationSection section)
    {
        var limits = Limits.Where(limit => IsNone(section, limit)).Select(limit => ConfigurationPath.Combine(section.Path, limit)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable().Select(pair => limits.Contains(pair.Key) ? KeyValuePair.Create(pair.Key, default(string)) : pair))
            .Build()
            .GetSection(section.Path);
    }

    private static RoomNameGlob PatternOf(IConfigurationSection section)
    {
        var problem = "it is missing.";
        return section["Name"] is { } name && RoomNameGlob.TryCreate(name, out var glob, out problem)
            ? glob
            : throw new ArgumentException($"The setting {section.Path}:Name must be a pattern of room names, such as 'game-*': {problem}");
    }
}
