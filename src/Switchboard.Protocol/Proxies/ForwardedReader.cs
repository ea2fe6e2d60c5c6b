using System.Text;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Protocol.Proxies;

/// <summary>
/// Reads what proxies tell of a request's way, the farthest first: the one we talk to has written last. Anybody can write the same; whom to believe
/// is <see cref="TrustedProxies"/>' question.
/// </summary>
internal static class ForwardedReader
{
    /// <summary>The Forwarded header (RFC 7239 §4).</summary>
    /// <param name="value">Its value, several joined by commas.</param>
    /// <returns>Null if it is not of that form: then nothing of it is to be believed, for others may read it otherwise.</returns>
    internal static IReadOnlyList<ForwardedHop>? Parse(string value)
    {
        var hops = new List<ForwardedHop>();
        var rest = value.AsSpan();
        while (true)
        {
            if (!TryTakeElement(ref rest, out var hop))
            {
                return null;
            }

            if (hop is not null)
            {
                hops.Add(hop);
            }

            if (rest.IsEmpty)
            {
                return hops;
            }

            rest = rest[1..];
        }
    }

    /// <summary>The older headers that many proxies write. Lists of different lengths belong together at their ends, where the nearest proxy wrote.</summary>
    /// <param name="addresses">X-Forwarded-For; null if there is none.</param>
    /// <param name="protos">X-Forwarded-Proto; null if there is none.</param>
    /// <param name="hosts">X-Forwarded-Host; null if there is none.</param>
    internal static IReadOnlyList<ForwardedHop> Parse(string? addresses, string? protos, string? hosts)
    {
        var (nodes, schemes, names) = (ListOf(addresses), ListOf(protos), ListOf(hosts));
        var hops = new ForwardedHop[Math.Max(nodes.Length, Math.Max(schemes.Length, names.Length))];
        for (var fromEnd = 1; fromEnd <= hops.Length; fromEnd++)
        {
            hops[^fromEnd] = new ForwardedHop(
                fromEnd <= nodes.Length ? ForwardedHop.ParseNode(nodes[^fromEnd]) : null,
                fromEnd <= schemes.Length ? schemes[^fromEnd].ToLowerInvariant() : null,
                fromEnd <= names.Length ? names[^fromEnd] : null);
        }

        return hops;
    }

    private static string[] ListOf(string? value) => value?.Split(',').Select(static one => one.Trim(' ', '\t')).ToArray() ?? [];

    /// <param name="rest">Cut to the comma behind the element, or to nothing.</param>
    /// <param name="hop">Null for an element that is empty, as lists may have (RFC 9110 §5.6.1).</param>
    private static bool TryTakeElement(ref ReadOnlySpan<char> rest, out ForwardedHop? hop)
    {
        hop = null;
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            rest = rest.TrimStart(" \t");

            // Each parameter at most once (§4), and any of them may be missing.
            if (!rest.IsEmpty && rest[0] is not (';' or ',')
                && (!TryTakePair(ref rest, out var name, out var value) || !pairs.TryAdd(name, value)))
            {
                return false;
            }

            rest = rest.TrimStart(" \t");
            if (!rest.IsEmpty && rest[0] == ';')
            {
                rest = rest[1..];
                continue;
            }

            if (!rest.IsEmpty && rest[0] != ',')
            {
                return false;
            }

            if (pairs.Count > 0)
            {
                hop = new ForwardedHop(
                    pairs.TryGetValue("for", out var node) ? ForwardedHop.ParseNode(node) : null,
                    pairs.GetValueOrDefault("proto")?.ToLowerInvariant(),
                    pairs.GetValueOrDefault("host"));
            }

            return true;
        }
    }

    private static bool TryTakePair(ref ReadOnlySpan<char> rest, out string name, out string value)
    {
        value = "";
        name = TakeToken(ref rest);
        if (name.Length == 0 || rest.IsEmpty || rest[0] != '=')
        {
            return false;
        }

        rest = rest[1..];
        if (!rest.IsEmpty && rest[0] == '"')
        {
            return TryTakeQuoted(ref rest, out value);
        }

        value = TakeToken(ref rest);
        return value.Length > 0;
    }

    private static string TakeToken(ref ReadOnlySpan<char> rest)
    {
        var length = 0;
        while (length < rest.Length && Token.IsTokenCharacter(rest[length]))
        {
            length++;
        }

        var token = rest[..length].ToString();
        rest = rest[length..];
        return token;
    }

    // RFC 9110 §5.6.4: a backslash takes the next character as it is.
    private static bool TryTakeQuoted(ref ReadOnlySpan<char> rest, out string value)
    {
        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case '"':
                    rest = rest[(i + 1)..];
                    value = text.ToString();
                    return true;
                case '\\' when i + 1 < rest.Length:
                    text.Append(rest[++i]);
                    break;
                default:
                    text.Append(rest[i]);
                    break;
            }
        }

        value = "";
        return false;
    }
}
