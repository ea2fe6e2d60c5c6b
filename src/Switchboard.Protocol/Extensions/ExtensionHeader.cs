using Switchboard.Protocol.Handshake;

namespace Switchboard.Protocol.Extensions;

/// <summary>Parses Sec-WebSocket-Extensions (RFC 6455 §9.1) in one pass.</summary>
internal static class ExtensionHeader
{
    /* extension-list  = 1#extension
       extension       = extension-token *( ";" extension-param )
       extension-param = token [ "=" (token | quoted-string) ]     */

    /// <returns>The elements; none if there is no header; null if it does not follow the grammar.</returns>
    internal static IReadOnlyList<ExtensionOffer>? Parse(string? header)
    {
        if (header is null)
        {
            return [];
        }

        var offers = new List<ExtensionOffer>();
        var cursor = new Cursor(header);
        do
        {
            if (!cursor.TryToken(out var name))
            {
                return null;
            }

            var parameters = new List<KeyValuePair<string, string?>>();
            while (cursor.TrySkip(';'))
            {
                if (!TryParameter(ref cursor, out var parameter))
                {
                    return null;
                }

                parameters.Add(parameter);
            }

            offers.Add(new ExtensionOffer(name, parameters));
        }
        while (cursor.TrySkip(','));

        return cursor.IsAtEnd ? offers : null;
    }

    private static bool TryParameter(ref Cursor cursor, out KeyValuePair<string, string?> parameter)
    {
        parameter = default;
        if (!cursor.TryToken(out var name))
        {
            return false;
        }

        string? value = null;
        if (cursor.TrySkip('=') && !(cursor.TryToken(out value) || cursor.TryQuoted(out value)))
        {
            return false;
        }

        parameter = new(name, value);
        return true;
    }

    private ref struct Cursor(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text.Trim(" \t");

        internal readonly bool IsAtEnd => _rest.IsEmpty;

        internal bool TrySkip(char character)
        {
            if (!_rest.StartsWith(character))
            {
                return false;
            }

            _rest = _rest[1..].TrimStart(" \t");
            return true;
        }

        internal bool TryToken(out string token)
        {
            var length = 0;
            while (length < _rest.Length && Token.IsTokenCharacter(_rest[length]))
            {
                length++;
            }

            token = _rest[..length].ToString();
            _rest = _rest[length..].TrimStart(" \t");
            return length > 0;
        }

        // RFC 6455 §9.1: a quoted value "MUST conform to the 'token' ABNF" once unescaped.
        internal bool TryQuoted(out string? value)
        {
            value = null;
            if (!_rest.StartsWith('"'))
            {
                return false;
            }

            var unescaped = new System.Text.StringBuilder();
            for (var i = 1; i < _rest.Length; i++)
            {
                if (_rest[i] == '"')
                {
                    _rest = _rest[(i + 1)..].TrimStart(" \t");
                    value = unescaped.ToString();
                    return Token.IsToken(value);
                }

                if (_rest[i] == '\\' && ++i == _rest.Length)
                {
                    return false;
                }

                unescaped.Append(_rest[i]);
            }

            return false;
        }
    }
}
