using Switchboard.Rooms;

namespace Switchboard.Server.Configuration;

/// <summary>
/// The section <c>Switchboard:Rooms</c>: what holds in all rooms (<c>Default</c>), and in those whose names fit a pattern (<c>Patterns</c>), which say only what is
/// different. The first pattern that fits counts.
/// </summary>
internal static class RoomsSettings
{
    /// <exception cref="InvalidOperationException">A value is not of its type.</exception>
    /// <exception cref="ArgumentException">A value is out of its range, or a pattern is none.</exception>
    internal static RoomRules Read(IConfigurationSection section)
    {
        ThrowIfUnknown(section, "Default", "Patterns");
        var byDefault = section.GetSection("Default");
        return new RoomRules(
            Bound(byDefault),
            section.GetSection("Patterns").GetChildren().Select(each => KeyValuePair.Create(PatternOf(each), Bound(byDefault, each))));
    }

    private static RoomSettings Bound(params IConfigurationSection[] sections)
    {
        var settings = new RoomSettings();
        foreach (var section in sections)
        {
            ThrowIfUnknown(section, [.. typeof(RoomSettings).GetProperties().Select(property => property.Name), "Name"]);

            // Bound to a list that is there, the section's would be added to it: who may read a room is what its own pattern says.
            settings = settings with
            {
                Readers = section.GetSection(nameof(RoomSettings.Readers)).Exists() ? null : settings.Readers,
                Writers = section.GetSection(nameof(RoomSettings.Writers)).Exists() ? null : settings.Writers,
                Managers = section.GetSection(nameof(RoomSettings.Managers)).Exists() ? null : settings.Managers,
            };
            section.Bind(settings);
        }

        return settings;
    }

    // A limit that is passed over in silence is no limit.
    private static void ThrowIfUnknown(IConfigurationSection section, params string[] known)
    {
        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new ArgumentException($"There is no setting {unknown.Path}: {section.Path} has {string.Join(", ", known)}.");
        }
    }

    private static RoomNameGlob PatternOf(IConfigurationSection section)
    {
        var problem = "it is missing.";
        return section["Name"] is { } name && RoomNameGlob.TryCreate(name, out var glob, out problem)
            ? glob
            : throw new ArgumentException($"The setting {section.Path}:Name must be a pattern of room names, such as 'game-*': {problem}");
    }
}
