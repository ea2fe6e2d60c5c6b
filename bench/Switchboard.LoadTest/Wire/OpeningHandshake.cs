using System.Security.Cryptography;
using System.Text;

namespace Switchboard.LoadTest.Wire;

/// <summary>
/// The opening handshake (RFC 6455 §4.1) of every connection of a run: one request, built once, and what each answer must say. The
/// key is new for each run but the same for its connections, for drawing and hashing keys is work the generator should not do.
/// </summary>
internal sealed class OpeningHandshake
{
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly byte[] _accept;
    private readonly byte[]? _subprotocol;

    public OpeningHandshake(LoopbackUrl url, string? subprotocol = null)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        _accept = Encoding.ASCII.GetBytes(AcceptFor(key));
        _subprotocol = subprotocol is null ? null : Encoding.ASCII.GetBytes(subprotocol);
        var offer = subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        Request = Encoding.ASCII.GetBytes(
            $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Address}:{url.Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{offer}\r\n");
    }

    public byte[] Request { get; }

    /// <summary>How long the response head at the start of <paramref name="received"/> is; zero while its end has not arrived.</summary>
    public int Check(ReadOnlySpan<byte> received)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var head = received[..(end + 2)];
        if (!head.StartsWith("HTTP/1.1 101"u8))
        {
            var status = Encoding.Latin1.GetString(head[..head.IndexOf((byte)'\r')]);
            throw new RunFailedException($"The server refused the handshake: {status}");
        }

        if (!Has(head, "Sec-WebSocket-Accept:"u8, _accept))
        {
            throw new RunFailedException("The server's Sec-WebSocket-Accept does not answer our key.");
        }

        return _subprotocol is null || Has(head, "Sec-WebSocket-Protocol:"u8, _subprotocol)
            ? end + 4
            : throw new RunFailedException($"The server does not speak {Encoding.ASCII.GetString(_subprotocol)}.");
    }

    private static bool Has(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        while (head.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            if (Is(head[..end], name, value))
            {
                return true;
            }

            head = head[(end + 2)..];
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        line.Length > name.Length
        && Ascii.EqualsIgnoreCase(line[..name.Length], name)
        && line[name.Length..].Trim((byte)' ').SequenceEqual(value);

    // RFC 6455 §4.2.2 names SHA-1; it proves that the server read the key, and protects nothing.
#pragma warning disable CA5350
    private static string AcceptFor(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
#pragma warning restore CA5350
}
