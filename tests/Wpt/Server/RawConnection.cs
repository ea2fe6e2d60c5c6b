using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Wpt.Server;

/// <summary>A frame as it came, unmasked.</summary>
internal sealed record RawFrame(int Opcode, byte[] Payload);

/// <summary>A server's end of a connection that is bytes and no more: it keeps the rules only as far as its handler does.</summary>
internal sealed class RawConnection(Socket socket, bool isSecure) : IDisposable
{
    internal const int Text = 1;
    internal const int Close = 8;

    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private readonly StringBuilder _head = new();

    internal string Target => _head.ToString().Split(' ')[1];

    internal string Path => Target.Split('?')[0];

    internal string Query => Target.Split('?') is [_, var query] ? query : "";

    /// <summary>The answer's last header that lets the client in, and the empty line.</summary>
    internal string AcceptLine => $"Sec-WebSocket-Accept: {AcceptFor(Header("Sec-WebSocket-Key"))}\r\n\r\n";

    internal async Task ReadHeadAsync()
    {
        if (isSecure)
        {
            var tls = new SslStream(_stream);
            _stream = tls;
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(
                    TestCertificates.Localhost, [TestCertificates.Intermediate], offline: true),
            });
        }

        var one = new byte[1];
        while (!EndsHead(_head))
        {
            await _stream.ReadExactlyAsync(one);
            _head.Append((char)one[0]);
        }
    }

    internal string Header(string name) =>
        _head.ToString().Split("\r\n").First(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();

    internal Task AcceptAsync(string moreHeaders = "") => WriteAsync(AnswerWith(moreHeaders));

    internal string AnswerWith(string moreHeaders = "") =>
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + moreHeaders + AcceptLine;

    internal Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    internal async Task WriteAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>A frame of a server, not masked. Its payload is short.</summary>
    internal static byte[] Frame(int opcode, ReadOnlySpan<byte> payload) => [(byte)(0x80 | opcode), (byte)payload.Length, .. payload];

    internal static byte[] CloseFrame(int code, string reason) =>
        Frame(Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    internal async Task<RawFrame> ReadFrameAsync()
    {
        var header = await ReadAsync(2);
        var length = (header[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8)),
            var small => small,
        };
        var key = await ReadAsync(4);
        var payload = await ReadAsync((int)length);
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= key[i % 4];
        }

        return new RawFrame(header[0] & 0x0F, payload);
    }

    /// <summary>Says no more, and waits until the client does so too: what it still sends would turn our end into a reset.</summary>
    internal async Task EndAsync()
    {
        if (_stream is SslStream tls)
        {
            await tls.ShutdownAsync();
        }

        socket.Shutdown(SocketShutdown.Send);
        var rest = new byte[4096];
        while (await _stream.ReadAsync(rest) > 0)
        {
        }
    }

    public void Dispose() => _stream.Dispose();

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "RFC 6455 §1.3 wants SHA-1; nothing rests on its strength.")]
    private static string AcceptFor(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private static bool EndsHead(StringBuilder head) =>
        head.Length >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n' && head[^4] == '\r';

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
