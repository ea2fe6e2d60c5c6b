using System.Text;

namespace Switchboard.Wpt.Server;

/// <summary>The handlers of the suite's <c>handlers/</c> that break a rule, or say what no server object would.</summary>
internal static class RawHandlers
{
    private static readonly Dictionary<string, Func<RawConnection, Task>> All = new()
    {
        ["/invalid"] = connection => connection.WriteAsync("FOO BAR BAZ\r\n\r\n"),
        ["/wrong_accept_key"] = connection => connection.WriteAsync(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: thisisawrongacceptkey\r\n\r\n"),
        ["/handshake_protocol"] = connection => connection.AcceptAsync("Sec-WebSocket-Protocol: foobar\r\n"),
        ["/redirect"] = RedirectAsync,
        ["/simple_handshake"] = SayAndCloseInOnePacketAsync,
        ["/echo_close_data"] = SpeakAfterTheCloseAsync,
        ["/echo_raw"] = EchoRawAsync,
        ["/delayed-passive-close"] = AnswerTheCloseLateAsync,
        ["/echo-close"] = EchoCloseAsync,
        ["/close-unread"] = CloseWithoutReadingAsync,
        ["/passive-close-abort"] = LeaveTheCloseUnansweredAsync,
        ["/set-cookie"] = connection => SetCookieAsync(connection, ""),
        ["/set-cookie_http"] = connection => SetCookieAsync(connection, "; HttpOnly"),
    };

    internal static bool Has(string path) => All.ContainsKey(path);

    internal static Task ServeAsync(RawConnection connection) => All[connection.Path](connection);

    private static Task RedirectAsync(RawConnection connection)
    {
        var elsewhere = WptServer.Current.Url("ws", "/echo").Replace("ws:", "http:", StringComparison.Ordinal);
        return connection.WriteAsync($"HTTP/1.1 301 Moved Permanently\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n");
    }

    private static async Task SayAndCloseInOnePacketAsync(RawConnection connection)
    {
        await connection.WriteAsync([.. Encoding.Latin1.GetBytes(connection.AnswerWith()), .. RawConnection.CloseFrame(1001, "PASS")]);
        await connection.ReadFrameAsync();
    }

    private static async Task SpeakAfterTheCloseAsync(RawConnection connection)
    {
        await connection.AcceptAsync();
        await connection.ReadFrameAsync();
        await connection.WriteAsync([.. RawConnection.CloseFrame(1000, ""), .. RawConnection.Frame(RawConnection.Text, "too late"u8)]);
        await ReadCloseAsync(connection);
    }

    // What the client sends as a payload is said on the wire.
    private static async Task EchoRawAsync(RawConnection connection)
    {
        await connection.AcceptAsync();
        await connection.WriteAsync((await connection.ReadFrameAsync()).Payload);
    }

    private static async Task AnswerTheCloseLateAsync(RawConnection connection)
    {
        await connection.AcceptAsync();
        var close = await ReadCloseAsync(connection);
        await Gate.Of(connection.Query).PassAsync();
        await connection.WriteAsync(RawConnection.Frame(RawConnection.Close, close.Payload));
    }

    // The suite's echo answers a close frame with its reason too; our server leaves that out.
    private static async Task EchoCloseAsync(RawConnection connection)
    {
        await connection.AcceptAsync();
        await AnswerCloseAsync(connection);
    }

    private static async Task CloseWithoutReadingAsync(RawConnection connection)
    {
        await connection.AcceptAsync();
        await Gate.Of(connection.Query).PassAsync();
        await connection.WriteAsync(RawConnection.CloseFrame(4567, ""));
    }

    private static async Task LeaveTheCloseUnansweredAsync(RawConnection connection)
    {
        await connection.AcceptAsync();
        await ReadCloseAsync(connection);
    }

    private static async Task SetCookieAsync(RawConnection connection, string attributes)
    {
        await connection.AcceptAsync($"Set-Cookie: ws_test_{connection.Query}=test; Path=/{attributes}\r\n");
        await AnswerCloseAsync(connection);
    }

    private static async Task AnswerCloseAsync(RawConnection connection)
    {
        var close = await ReadCloseAsync(connection);
        await connection.WriteAsync(RawConnection.Frame(RawConnection.Close, close.Payload));
    }

    private static async Task<RawFrame> ReadCloseAsync(RawConnection connection)
    {
        RawFrame frame;
        do
        {
            frame = await connection.ReadFrameAsync();
        }
        while (frame.Opcode != RawConnection.Close);
        return frame;
    }
}
