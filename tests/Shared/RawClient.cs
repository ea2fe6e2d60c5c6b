using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.TestSupport;

/// <summary>What a server answered to a request: nobody has followed, decoded or mended it.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>A frame as it came over the wire.</summary>
internal sealed record Frame(int Opcode, byte[] Payload)
{
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;

    public string AsText => Encoding.UTF8.GetString(Payload);

    public int CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);
}

/// <summary>A client that is a TCP connection and no more: it keeps the rules only as far as the test does.</summary>
internal sealed class RawClient : IDisposable
{
    public const string UpgradeHeaders =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _one = new byte[1];
    private NetworkStream? _stream;

    private NetworkStream Stream => _stream ?? throw new InvalidOperationException("Not connected.");

    public static async Task<RawClient> ConnectAsync(int port, int? receiveBuffer = null)
    {
        var client = new RawClient();
        if (receiveBuffer is { } size)
        {
            client._socket.ReceiveBufferSize = size;
        }

        await client._socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        client._stream = new NetworkStream(client._socket, ownsSocket: false);
        return client;
    }

    /// <summary>Asks on a connection of its own.</summary>
    public static async Task<Answer> AskAsync(int port, string request)
    {
        using var client = await ConnectAsync(port);
        await client.SendAsync(request);
        return await client.ReadAnswerAsync();
    }

    /// <summary>Asks for a WebSocket on a connection of its own.</summary>
    public static Task<Answer> KnockAsync(int port, string target, string moreHeaders = "") =>
        AskAsync(port, $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{UpgradeHeaders}{moreHeaders}\r\n");

    /// <summary>Is let in.</summary>
    public static async Task<RawClient> OpenAsync(int port, string target, int? receiveBuffer = null)
    {
        var client = await ConnectAsync(port, receiveBuffer);
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{UpgradeHeaders}\r\n");
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await Stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Sends a frame, masked with zeros, which is a key like any other.</summary>
    public Task SendFrameAsync(int opcode, ReadOnlySpan<byte> payload, bool isLast = true)
    {
        var frame = new List<byte> { (byte)((isLast ? 0x80 : 0) | opcode) };
        switch (payload.Length)
        {
            case < 126:
                frame.Add((byte)(0x80 | payload.Length));
                break;
            case <= ushort.MaxValue:
                frame.AddRange([0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length]);
                break;
            default:
                var length = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
                frame.AddRange([0x80 | 127, .. length]);
                break;
        }

        frame.AddRange([0, 0, 0, 0, .. payload]);
        return SendAsync([.. frame]);
    }

    public async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            await Stream.ReadExactlyAsync(_one, TestContext.Current.CancellationToken).AsTask().Soon();
            if (_one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)_one[0]);
        }
    }

    /// <summary>Reads a status and headers, behind which no body comes, whatever they say: the answer to HEAD.</summary>
    public async Task<(int Status, Dictionary<string, string> Headers)> ReadHeadAsync()
    {
        var status = await ReadLineAsync();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync() is { Length: > 0 } line)
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }

        return (int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }

    public async Task<Answer> ReadAnswerAsync()
    {
        var (code, headers) = await ReadHeadAsync();
        var body = code == 101 ? []
            : headers.TryGetValue("Content-Length", out var length) ? await ReadAsync(int.Parse(length, CultureInfo.InvariantCulture))
            : headers.ContainsKey("Transfer-Encoding") ? await ReadChunksAsync()
            : [];
        return new Answer(code, headers, Encoding.UTF8.GetString(body));
    }

    public async Task<Frame> ReadFrameAsync()
    {
        var head = await ReadAsync(2);
        var length = (head[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8)),
            var small => small,
        };
        return new Frame(head[0] & 0x0F, await ReadAsync(length));
    }

    /// <summary>Reads until the server ends the connection, in good order or not.</summary>
    public async Task ReadToEndAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().Soon() > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    /// <summary>Says that nothing more comes, and goes on listening.</summary>
    public void EndOutput() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends as a process does that is killed: the peer gets a reset.</summary>
    public void Kill()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken).AsTask().Soon();
        return bytes;
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new List<byte>();
        while (int.Parse(await ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
        {
            body.AddRange(await ReadAsync(size));
            await ReadLineAsync();
        }

        await ReadLineAsync();
        return [.. body];
    }
}
