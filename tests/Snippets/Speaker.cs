using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Switchboard.Snippets;

/// <summary>One side of a conversation of docs/rooms-protocol.md.</summary>
internal sealed class Speaker : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    private Speaker()
    {
    }

    /// <param name="server">The server.</param>
    /// <param name="how"><c>/rooms/lobby?as=ada</c>, with <c>plain</c> behind it for that format, or with <c>with a token</c>.</param>
    /// <param name="token">Makes a token.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<Speaker> ConnectAsync(ServerProcess server, string how, Func<string> token, CancellationToken cancellationToken)
    {
        var words = how.Split(' ');
        var speaker = new Speaker();
        if (!words.Contains("plain"))
        {
            speaker._socket.Options.AddSubProtocol("switchboard.v1.json");
        }

        if (words.Contains("token"))
        {
            // As a browser has to say it.
            speaker._socket.Options.AddSubProtocol($"bearer.{token()}");
        }

        await speaker._socket.ConnectAsync(server.WebSocket(words[0]), cancellationToken);
        return speaker;
    }

    /// <param name="what"><c>&gt;</c> sends, <c>&lt;</c> gets, <c>#</c> is closed with a code, and a dot goes.</param>
    /// <param name="text">What is sent, or expected.</param>
    /// <param name="line">The line, for a failure.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task DoAsync(string what, string text, string line, CancellationToken cancellationToken)
    {
        switch (what)
        {
            case ">":
                await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellationToken);
                break;
            case "<":
                var heard = await HearAsync(cancellationToken);
                Assert.True(Fits(text, heard), $"Written: {line}\nHeard:   {heard}");
                break;
            case "#":
                Assert.Equal($"closed with {text}", await HearAsync(cancellationToken));
                break;
            default:
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                break;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> HearAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return part.MessageType switch
        {
            WebSocketMessageType.Close => $"closed with {(int?)_socket.CloseStatus}",
            WebSocketMessageType.Binary => $"0x{Convert.ToHexString(buffer.AsSpan(0, part.Count))}",
            _ => Encoding.UTF8.GetString(buffer, 0, part.Count),
        };
    }

    private static bool Fits(string written, string heard) =>
        written.StartsWith('{') ? heard.StartsWith('{') && Fits(JsonNode.Parse(written), JsonNode.Parse(heard)) : written == heard;

    private static bool Fits(JsonNode? written, JsonNode? heard) => (written, heard) switch
    {
        (JsonValue value, not null) when value.TryGetValue<string>(out var text) && text == "…" => true,
        (JsonObject fields, JsonObject others) => fields.Count == others.Count && fields.All(field => others.ContainsKey(field.Key) && Fits(field.Value, others[field.Key])),
        (JsonArray items, JsonArray others) => items.Count == others.Count && items.Zip(others).All(pair => Fits(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(written, heard),
    };
}
