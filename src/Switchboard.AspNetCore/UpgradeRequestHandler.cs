using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Switchboard.Server;

namespace Switchboard.AspNetCore;

/// <summary>Answers one request: an error, or 101 and then a connection, for whose life the request lasts.</summary>
internal sealed class UpgradeRequestHandler(UpgradeHost host, Func<ServerWebSocket, WebSocketRequest, ValueTask> onConnection)
{
    internal async Task HandleAsync(HttpContext context)
    {
        var http = context.Request;
        var connection = context.Connection;
        var answer = await host.JudgeAsync(
            http.Method,
            HttpProtocol.IsHttp10(http.Protocol) ? 0 : 1,
            context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? http.PathBase + http.Path + http.QueryString,
            [.. http.Headers.SelectMany(field => field.Value, (field, value) => new KeyValuePair<string, string>(field.Key, value ?? ""))],
            AddressOf(connection.LocalIpAddress, connection.LocalPort),
            AddressOf(connection.RemoteIpAddress, connection.RemotePort),
            context,
            context.RequestAborted).ConfigureAwait(false);

        if (!answer.IsAccepted)
        {
            await RefuseAsync(context, answer).ConfigureAwait(false);
            return;
        }

        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            await RefuseAsync(context, answer with { Status = 400, Problem = "This connection cannot be upgraded: connect with HTTP/1.1." })
                .ConfigureAwait(false);
            return;
        }

        // RFC 6455 §4.2.2, item 5.
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers["Sec-WebSocket-Accept"] = answer.AcceptKey;
        if (answer.Subprotocol is { } subprotocol)
        {
            headers["Sec-WebSocket-Protocol"] = subprotocol;
        }

        // A connection may last for days.
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        var socket = host.Open(answer, stream, opened => onConnection(opened, answer.Request!));
        await socket.Closed.ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext context, UpgradeAnswer answer)
    {
        if (answer.HeaderName is { } name)
        {
            context.Response.Headers[name] = answer.HeaderValue;
        }

        return Results.Problem(answer.Problem, statusCode: answer.Status).ExecuteAsync(context);
    }

    private static IPEndPoint? AddressOf(IPAddress? address, int port) => address is null ? null : new IPEndPoint(address, port);
}
