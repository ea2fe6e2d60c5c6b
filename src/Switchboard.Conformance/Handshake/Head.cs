using System.Text;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Handshake;

/// <summary>The head of an HTTP message, as it came.</summary>
internal sealed record Head(string FirstLine, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>The status of an answer; 0 if its first line is not one.</summary>
    internal int Status =>
        FirstLine.Split(' ') is ["HTTP/1.1" or "HTTP/1.0", { Length: 3 } status, ..] && int.TryParse(status, out var number) ? number : 0;

    /// <summary>The field's value; several are joined (RFC 9110 §5.3); null if there is none.</summary>
    internal string? Find(string name)
    {
        var values = Fields.Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    internal bool Lists(string name, string token) =>
        Find(name)?.Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase) == true;

    /// <returns>The head; null if the connection ends before it does.</returns>
    internal static async Task<Head?> ReadAsync(Line line, string awaited)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!EndsHead(text))
        {
            if (!await line.TryReadAsync(one, awaited))
            {
                return text.Length == 0 ? null : throw new CaseFailedException("the connection ended within an HTTP head");
            }

            text.Append((char)one[0]);
            if (text.Length > MaxBytes)
            {
                throw new CaseFailedException("an HTTP head without an end");
            }
        }

        var lines = text.ToString().TrimEnd().Split("\r\n");
        return new Head(lines[0], [.. lines.Skip(1).Select(ParseField)]);
    }

    private static bool EndsHead(StringBuilder text) =>
        text.Length >= 4 && text[^1] == '\n' && text[^2] == '\r' && text[^3] == '\n' && text[^4] == '\r';

    private static KeyValuePair<string, string> ParseField(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new(line[..colon], line[(colon + 1)..].Trim()) : throw new CaseFailedException($"the header line '{line}'");
    }
}
