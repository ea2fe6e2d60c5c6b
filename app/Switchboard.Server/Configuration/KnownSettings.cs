namespace Switchboard.Server.Configuration;

/// <summary>
/// Holds what is configured against the settings that there are. One that is misspelt, or written in a form that nobody reads, would be passed over, and a limit that is
/// passed over in silence is no limit. Errors name settings, and never repeat what they are set to: it may be a secret.
/// </summary>
internal static class KnownSettings
{
    /// <summary>Below the section there is nothing but settings of these names.</summary>
    /// <exception cref="ArgumentException">There is something else.</exception>
    internal static void ThrowIfUnknown(IConfigurationSection section, params string[] known)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            throw new ArgumentException($"The setting {section.Path} is no single value: it has {string.Join(", ", known)}.");
        }

        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            var guess = NearestName.Of(unknown.Key, known) is { } meant ? $" Did you mean {meant}?" : "";
            throw new ArgumentException($"There is no setting {unknown.Path}.{guess} {section.Path} has {string.Join(", ", known)}.");
        }
    }

    /// <summary>Below the section there is nothing but what a type has properties for, and so on down to single values and lists of them.</summary>
    /// <param name="section">What is configured.</param>
    /// <param name="settings">The type that it is bound to.</param>
    /// <param name="besides">Settings that are read elsewhere.</param>
    /// <exception cref="ArgumentException">There is something else.</exception>
    internal static void ThrowIfUnknown(IConfigurationSection section, Type settings, params string[] besides)
    {
        var properties = settings.GetProperties();
        ThrowIfUnknown(section, [.. properties.Select(static property => property.Name), .. besides]);
        foreach (var property in properties)
        {
            var child = section.GetSection(property.Name);
            if (property.PropertyType.IsAssignableTo(typeof(IEnumerable<string>)))
            {
                ThrowIfNoList(child);
            }
            else if (property.PropertyType is { IsClass: true, Namespace: { } name } && name.StartsWith(nameof(Switchboard), StringComparison.Ordinal))
            {
                ThrowIfUnknown(child, property.PropertyType);
            }
            else
            {
                ThrowIfNoValue(child);
            }
        }
    }

    private static void ThrowIfNoList(IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            throw new ArgumentException($"The setting {section.Path} is a list: give its values as {section.Path}:0, {section.Path}:1 and so on.");
        }

        foreach (var item in section.GetChildren())
        {
            ThrowIfNoValue(item);
        }
    }

    private static void ThrowIfNoValue(IConfigurationSection section)
    {
        if (section.GetChildren().FirstOrDefault() is { } below)
        {
            throw new ArgumentException($"There is no setting {below.Path}: {section.Path} is a single value.");
        }
    }
}
