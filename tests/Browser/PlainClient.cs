using System.Net.WebSockets;
using System.Text;

namespace Switchboard.Browser;

/// <summary>A member without a page: the platform's own WebSocket and nothing else.</summary>
internal sealed class PlainClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    private PlainClient()
    {
    }

    public static async Task<PlainClient> EnterAsync(Uri server, string room, string name)
    {
        var client = new PlainClient();
        var address = new UriBuilder(server) { Scheme = "ws", Path = $"/rooms/{room}", Query = $"as={name}" };
        await client._socket.ConnectAsync(address.Uri, TestContext.Current.CancellationToken);
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] payload, WebSocketMessageType type) =>
        _socket.SendAsync(payload, type, endOfMessage: true, TestContext.Current.CancellationToken);

    public void Dispose() => _socket.Dispose();
}
