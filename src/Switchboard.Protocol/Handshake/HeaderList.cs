namespace Switchboard.Protocol.Handshake;

/// <summary>The header fields of an HTTP message in the order in which they came. Names are compared without regard to case.</summary>
internal sealed class HeaderList(List<KeyValuePair<string, string>> fields)
{
    internal IReadOnlyList<KeyValuePair<string, string>> Fields => fields;

    /// <summary>How many fields have this name.</summary>
    internal int Count(string name)
    {
        var count = 0;
        foreach (var field in fields)
        {
            if (IsNamed(field, name))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>The field's value; several are joined by a comma, as RFC 9110 §5.3 lets them be; null if there is none.</summary>
    internal string? Find(string name)
    {
        string? value = null;
        foreach (var field in fields)
        {
            if (IsNamed(field, name))
            {
                value = value is null ? field.Value : $"{value}, {field.Value}";
            }
        }

        return value;
    }

    private static bool IsNamed(KeyValuePair<string, string> field, string name) =>
        field.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
