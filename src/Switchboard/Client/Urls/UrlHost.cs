using System.Buffers;
using System.Net;

namespace Switchboard.Client.Urls;

/// <summary>A URL's host: a name, or an address (URL Standard §3.5).</summary>
/// <param name="Text">As it is serialized: a name in lower case and ASCII, or an address, with its brackets if it has any.</param>
/// <param name="Address">Null for a name.</param>
internal sealed record UrlHost(string Text, IPAddress? Address)
{
    // The forbidden domain code points (§3.2).
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(one => (char)one), .. " #/:<>?@[\\]^|%\x7F"]);

    /// <exception cref="SyntaxErrorException">There is none, or it is neither a name nor an address.</exception>
    internal static UrlHost Parse(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            throw new SyntaxErrorException("The URL has no host: write it as ws://host:port/path.");
        }

        if (text[0] == '[')
        {
            return text[^1] == ']' && Ipv6.TryParse(text[1..^1], out var pieces)
                ? new UrlHost($"[{Ipv6.ToText(pieces)}]", Ipv6.ToAddress(pieces))
                : throw new SyntaxErrorException($"'{text}' is not an IPv6 address: write it as [2001:db8::1], without a zone.");
        }

        var name = NameOf(text);
        if (name.Length == 0 || name.AsSpan().ContainsAny(Forbidden))
        {
            throw new SyntaxErrorException($"'{text}' has a character that no host has.");
        }

        if (!Ipv4.LooksLikeOne(name))
        {
            return new UrlHost(name, null);
        }

        var address = Ipv4.TryParse(name, out var value)
            ? Ipv4.ToAddress(value)
            : throw new SyntaxErrorException($"'{text}' ends in a number, and is not an IPv4 address: write it as 192.0.2.1.");
        return new UrlHost(address.ToString(), address);
    }

    private static string NameOf(ReadOnlySpan<char> text)
    {
        try
        {
            return DomainName.ToAscii(PercentEncoding.Decode(text));
        }
        catch (ArgumentException e)
        {
            throw new SyntaxErrorException($"'{text}' has a part that no host's name has: {e.Message}", e);
        }
    }
}
