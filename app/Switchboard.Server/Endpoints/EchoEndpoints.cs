using Switchboard.Server.Configuration;

namespace Switchboard.Server.Endpoints;

/// <summary>Two sockets to try things out with.</summary>
internal static class EchoEndpoints
{
    internal static void MapEcho(this WebApplication app, ServerSettings settings)
    {
        var options = new ServerWebSocketOptions { Origins = settings.Origins };
        app.MapWebSockets("/", static (socket, _) => socket.OnMessage += message => socket.Send($"Server received: {message.Text}"), options);
        app.MapWebSockets("/echo", static (socket, _) => socket.OnMessage += message => socket.Send(message), options);
    }
}
