using System.Text;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>The RFC's own handshake (§1.2, §1.3), and ways to read and to alter one.</summary>
internal static class Heads
{
    internal const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    internal const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    internal const string Request =
        "GET /chat HTTP/1.1\r\n" +
        "Host: server.example.com\r\n" +
        "Upgrade: websocket\r\n" +
        "Connection: Upgrade\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "Origin: http://example.com\r\n" +
        "Sec-WebSocket-Protocol: chat, superchat\r\n" +
        "Sec-WebSocket-Version: 13\r\n" +
        "\r\n";

    internal const string Response =
        "HTTP/1.1 101 Switching Protocols\r\n" +
        "Upgrade: websocket\r\n" +
        "Connection: Upgrade\r\n" +
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
        "Sec-WebSocket-Protocol: chat\r\n" +
        "\r\n";

    /// <summary>One char, one byte.</summary>
    internal static byte[] Bytes(string head) => Encoding.Latin1.GetBytes(head);

    /// <summary>The head with this header's line replaced by others; by none, to leave it out. The name may be "GET" or "HTTP/1.1".</summary>
    internal static string With(this string head, string name, params string[] lines)
    {
        var all = head.Split("\r\n").ToList();
        var index = all.FindIndex(line => line.StartsWith(name + ":", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.True(index >= 0, $"The head has no {name}.");
        all.RemoveAt(index);
        all.InsertRange(index, lines);
        return string.Join("\r\n", all);
    }

    /// <summary>The head with further lines at its end.</summary>
    internal static string And(this string head, params string[] lines) =>
        head[..^2] + string.Concat(lines.Select(line => line + "\r\n")) + "\r\n";

    /// <summary>Reads a request that is all there.</summary>
    internal static (ReadStatus Status, RequestHead? Head, HandshakeRefusal? Refusal) Read(string request, HeadLimits? limits = null)
    {
        ReadOnlySpan<byte> input = Bytes(request);
        var status = new RequestReader(limits ?? HeadLimits.Default).TryRead(ref input, out var head, out var refusal);
        Assert.Equal(status == ReadStatus.Done, head is not null);
        Assert.Equal(status == ReadStatus.Invalid, refusal is not null);
        return (status, head, refusal);
    }

    /// <summary>Reads a request and judges it: the refusal, whoever speaks it, or null.</summary>
    internal static HandshakeRefusal? Judge(string request, out ValidRequest? valid)
    {
        valid = null;
        var (status, head, refusal) = Read(request);
        Assert.NotEqual(ReadStatus.NeedsMore, status);
        return refusal ?? ServerHandshake.Judge(head!, out valid);
    }

    internal static HandshakeRefusal? Judge(string request) => Judge(request, out _);

    internal static (ReadStatus Status, ResponseHead? Head, string? Problem) ReadResponse(string response, HeadLimits? limits = null)
    {
        ReadOnlySpan<byte> input = Bytes(response);
        var status = new ResponseReader(limits ?? HeadLimits.Default).TryRead(ref input, out var head, out var problem);
        Assert.Equal(status == ReadStatus.Done, head is not null);
        Assert.Equal(status == ReadStatus.Invalid, problem is not null);
        return (status, head, problem);
    }
}
