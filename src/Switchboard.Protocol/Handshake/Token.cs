using System.Buffers;

namespace Switchboard.Protocol.Handshake;

/// <summary>HTTP's tokens and lists of tokens (RFC 9110 §5.6.1, §5.6.2).</summary>
internal static class Token
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    internal static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);

    internal static bool IsTokenCharacter(char character) => Characters.Contains(character);

    /// <summary>Whether a comma separated list has this element, in any case of letters.</summary>
    internal static bool ListContains(string list, string element)
    {
        foreach (var range in list.AsSpan().Split(','))
        {
            if (list.AsSpan(range).Trim(" \t").Equals(element, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
