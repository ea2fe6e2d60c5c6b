namespace Switchboard.Conformance.Handshake;

/// <summary>One item of a Sec-WebSocket-Extensions header (RFC 6455 §9.1). A parameter without a value has null.</summary>
internal sealed record Extension(string Name, IReadOnlyList<KeyValuePair<string, string?>> Parameters)
{
    // The values that are seen here are numbers and tokens, quoted or not: there is no comma or semicolon inside them.
    internal static IReadOnlyList<Extension> Parse(string header) =>
        [.. header.Split(',', StringSplitOptions.TrimEntries).Select(ParseItem)];

    private static Extension ParseItem(string item)
    {
        var parts = item.Split(';', StringSplitOptions.TrimEntries);
        return new Extension(parts[0], [.. parts.Skip(1).Select(ParseParameter)]);
    }

    private static KeyValuePair<string, string?> ParseParameter(string parameter)
    {
        var sides = parameter.Split('=', 2, StringSplitOptions.TrimEntries);
        return new(sides[0], sides.Length == 1 ? null : sides[1].Trim('"'));
    }
}
