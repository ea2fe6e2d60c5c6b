using Switchboard.AspNetCore;
using Switchboard.Server.Configuration;
using Switchboard.Server.Identity;

namespace Switchboard.Server.Endpoints;

/// <summary>Two sockets to try things out with, for those who are let in.</summary>
internal static class EchoEndpoints
{
    internal static void MapEcho(this WebApplication app, ServerSettings settings)
    {
        var authenticator = app.Services.GetRequiredService<Authenticator>();
        var options = new ServerWebSocketOptions
        {
            Origins = settings.Origins,
            OnHandshake = async (request, cancellationToken) =>
                (await authenticator.AuthenticateAsync(request.HttpContext.Request, cancellationToken)).Failure is { } failure
                    ? Problem.Of(failure).Refuse(request.HttpContext)
                    : HandshakeDecision.Accept,
        };
        app.MapWebSockets("/", static (socket, _) => socket.OnMessage += message => socket.Send($"Server received: {message.Text}"), options);
        app.MapWebSockets("/echo", static (socket, _) => socket.OnMessage += message => socket.Send(message), options);
    }
}
