using System.Security.Cryptography;
using System.Text;

namespace Switchboard.LoadTest.Wire;

/// <summary>One opening handshake (RFC 6455 §4.1): the request to send, and what the answer must say.</summary>
internal sealed class OpeningHandshake
{
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly string _accept;

    public OpeningHandshake(LoopbackUrl url)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        _accept = AcceptFor(key);
        Request = Encoding.ASCII.GetBytes(
            $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Address}:{url.Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n");
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

        var lines = Encoding.Latin1.GetString(received[..end]).Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new RunFailedException($"The server refused the handshake: {lines[0]}");
        }

        if (!lines.Skip(1).Any(IsOurAccept))
        {
            throw new RunFailedException("The server's Sec-WebSocket-Accept does not answer our key.");
        }

        return end + 4;
    }

    private bool IsOurAccept(string line) =>
        line.StartsWith("Sec-WebSocket-Accept:", StringComparison.OrdinalIgnoreCase) && line[(line.IndexOf(':') + 1)..].Trim() == _accept;

    // RFC 6455 §4.2.2 names SHA-1; it proves that the server read the key, and protects nothing.
#pragma warning disable CA5350
    private static string AcceptFor(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
#pragma warning restore CA5350
}
