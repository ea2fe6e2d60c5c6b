using System.Net.WebSockets;
using System.Text;

namespace Switchboard.Browser;

/// <summary>A member without a page that speaks switchboard.v1.json: frames are written out, what comes is passed over.</summary>
internal sealed class JsonClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    private JsonClient() => _socket.Options.AddSubProtocol("switchboard.v1.json");

    public static async Task<JsonClient> EnterAsync(Uri server, string room, string name)
    {
        var client = new JsonClient();
        var address = new UriBuilder(server) { Scheme = "ws", Path = $"/rooms/{room}", Query = $"as={name}" };
        await client._socket.ConnectAsync(address.Uri, TestContext.Current.CancellationToken);
        return client;
    }

    public Task SendAsync(string frame) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    public void Dispose() => _socket.Dispose();
}
