using System.Text;

namespace Switchboard.Protocol.Handshake;

/// <summary>Names and values that nearly every opening request has: one string of each serves all.</summary>
internal static class KnownText
{
    private static readonly string[] Texts =
    [
        "Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
        "Origin", "User-Agent", "Accept-Encoding", "Accept-Language", "Cache-Control", "Pragma", "Cookie",
        "GET", "/", "websocket", "upgrade", "keep-alive, Upgrade", "13", "no-cache", "permessage-deflate", "permessage-deflate; client_max_window_bits",
    ];

    private static readonly ILookup<int, string> ByLength = Texts.ToLookup(text => text.Length);
    private static readonly string[][] Table = [.. Enumerable.Range(0, Texts.Max(text => text.Length) + 1).Select(length => ByLength[length].ToArray())];

    /// <returns>The text of these bytes, which are Latin-1.</returns>
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        foreach (var text in bytes.Length < Table.Length ? Table[bytes.Length] : [])
        {
            if (Ascii.Equals(bytes, text))
            {
                return text;
            }
        }

        return Encoding.Latin1.GetString(bytes);
    }
}
