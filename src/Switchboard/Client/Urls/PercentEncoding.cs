using System.Buffers;
using System.Text;

namespace Switchboard.Client.Urls;

/// <summary>Percent-encoding as URLs have it (URL Standard §1.3). Text is UTF-8; a lone surrogate is U+FFFD.</summary>
internal static class PercentEncoding
{
    // Each set has what the standard's set of the same name leaves alone. None leaves controls, blanks, or what is not ASCII.
    internal static readonly SearchValues<byte> Path = AllBut("\"#<>?^`{}");
    internal static readonly SearchValues<byte> SpecialQuery = AllBut("\"#<>'");
    internal static readonly SearchValues<byte> Userinfo = AllBut("\"#<>?^`{}/:;=@[\\]|");

    internal static string Encode(ReadOnlySpan<char> text, SearchValues<byte> kept)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var encoded = new StringBuilder(bytes.Length);
        foreach (var one in bytes)
        {
            if (kept.Contains(one))
            {
                encoded.Append((char)one);
            }
            else
            {
                encoded.Append('%').Append(Convert.ToHexString([one]));
            }
        }

        return encoded.ToString();
    }

    /// <summary>Decodes; a percent sign that two hexadecimal digits do not follow stands for itself, and bytes that are not UTF-8 are U+FFFD.</summary>
    internal static string Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var isEncoded = bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bytes[length++] = isEncoded ? Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0] : bytes[i];
            i += isEncoded ? 2 : 0;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static SearchValues<byte> AllBut(string encoded) =>
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Where(one => !encoded.Contains((char)one)).Select(one => (byte)one)]);
}
