using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Switchboard.AspNetCore.Detaching;
using Switchboard.Server;
using Switchboard.Transports.Streams;

namespace Switchboard.AspNetCore;

/// <summary>
/// Answers one request: an error, or 101 (to a CONNECT 200) and then a connection. If its transport can be taken away from the HTTP server
/// the request ends with the connection's handler, and otherwise with the connection.
/// </summary>
internal sealed class UpgradeRequestHandler(UpgradeHost host, Func<ServerWebSocket, WebSocketRequest, ValueTask> onConnection)
{
    // RFC 9113 §7.
    private const int Http2Cancel = 8;

    internal async Task HandleAsync(HttpContext context)
    {
        var hold = new RequestHold(context);
        try
        {
            await HandleAsync(context, hold).ConfigureAwait(false);
        }
        finally
        {
            hold.LetGo();
        }
    }

    private async Task HandleAsync(HttpContext context, RequestHold hold)
    {
        var http = context.Request;
        var connection = context.Connection;
        var connect = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } extended ? extended : null;
        var answer = await host.JudgeAsync(
            http.Method,
            connect?.Protocol,
            HttpProtocol.IsHttp10(http.Protocol) ? 0 : 1,
            context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? http.PathBase + http.Path + http.QueryString,
            [.. http.Headers.SelectMany(field => field.Value, (field, value) => new KeyValuePair<string, string>(field.Key, value ?? ""))],
            AddressOf(connection.LocalIpAddress, connection.LocalPort),
            AddressOf(connection.RemoteIpAddress, connection.RemotePort),
            hold,
            context.RequestAborted).ConfigureAwait(false);

        if (!answer.IsAccepted)
        {
            await RefuseAsync(context, answer).ConfigureAwait(false);
            return;
        }

        try
        {
            await OpenAsync(context, connect, answer, hold).ConfigureAwait(false);
        }
        finally
        {
            UpgradeHost.LetGoUnlessOpened(answer);
        }
    }

    private async Task OpenAsync(HttpContext context, IHttpExtendedConnectFeature? connect, UpgradeAnswer answer, RequestHold hold)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgradable ? upgradable : null;
        if (connect is null && upgrade is null)
        {
            await RefuseAsync(context, answer with { Status = 400, Problem = "This connection cannot be upgraded: connect with HTTP/1.1." })
                .ConfigureAwait(false);
            return;
        }

        // A connection may last for days.
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (answer.Subprotocol is { } subprotocol)
        {
            context.Response.Headers["Sec-WebSocket-Protocol"] = subprotocol;
        }

        if (answer.Extensions is { } extensions)
        {
            context.Response.Headers["Sec-WebSocket-Extensions"] = extensions;
        }

        var detachable = connect is null ? context.Features.Get<IDetachableConnection>() : null;
        detachable?.HoldAnswer();

        // RFC 8441 §5: the stream of an extended CONNECT, which is answered with 200, is the connection.
        Stream? stream;
        try
        {
            stream = connect is not null
                ? await connect.AcceptAsync().ConfigureAwait(false)
                : await TryUpgradeAsync(context, upgrade!, answer).ConfigureAwait(false);
        }
        catch
        {
            // Whatever the pipeline answers to that is to arrive.
            detachable?.ReleaseAnswer();
            throw;
        }

        var transport = stream is null ? null : detachable?.TryDetach();
        if (transport is null)
        {
            detachable?.ReleaseAnswer();
        }

        if (stream is null)
        {
            await RefuseAsync(context, answer with { Status = 503, Problem = "There are too many connections at the moment." }).ConfigureAwait(false);
            return;
        }

        if (transport is not null)
        {
            await RunDetachedAsync(new Opening(host, answer, transport, onConnection, hold), detachable!).ConfigureAwait(false);
            return;
        }

        var over = StreamTransports.Create(stream, answer.Request!.LocalEndPoint, answer.Request.RemoteEndPoint);
        var opening = new Opening(host, answer, over, onConnection, hold);
        var socket = opening.Run();
        await socket.Closed.ConfigureAwait(false);
        if (connect is not null && socket is { WasClean: false, CloseCode: CloseCode.AbnormalClosure or CloseCode.TryAgainLater })
        {
            // RFC 8441 §5: the reset of a TCP connection is that of the stream. Else its end would queue behind what is not read.
            context.Features.Get<IHttpResetFeature>()?.Reset(Http2Cancel);
        }

        // Handlers may have something to do yet. What they throw is dealt with.
        await opening.Handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await socket.LastHandler.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task RunDetachedAsync(Opening opening, IDetachableConnection connection)
    {
        var socket = await opening.RunThereAsync().ConfigureAwait(false);
        if (opening.Handling.IsCompleted)
        {
            return;
        }

        // Whoever awaits something in the handler until the request is aborted is to learn that the client has gone.
        await Task.WhenAny(opening.Handling, socket.Closed).ConfigureAwait(false);
        if (!opening.Handling.IsCompleted)
        {
            connection.TellOfEnd();
            await opening.Handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Null if the server upgrades no more connections.</returns>
    private static async Task<Stream?> TryUpgradeAsync(HttpContext context, IHttpUpgradeFeature upgrade, UpgradeAnswer answer)
    {
        // RFC 6455 §4.2.2, item 5.
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers["Sec-WebSocket-Accept"] = answer.AcceptKey;
        try
        {
            return await upgrade.UpgradeAsync().ConfigureAwait(false);
        }
        catch (InvalidOperationException) when (!context.Response.HasStarted)
        {
            // Kestrel: MaxConcurrentUpgradedConnections.
            context.Response.Clear();
            return null;
        }
    }

    private static Task RefuseAsync(HttpContext context, UpgradeAnswer answer)
    {
        if (answer.HeaderName is { } name)
        {
            context.Response.Headers[name] = answer.HeaderValue;
            if (name == "Upgrade")
            {
                // RFC 9110 §7.8.
                context.Response.Headers.Connection = "Upgrade";
            }
        }

        return Results.Problem(answer.Problem, statusCode: answer.Status).ExecuteAsync(context);
    }

    private static IPEndPoint? AddressOf(IPAddress? address, int port) => address is null ? null : new IPEndPoint(address, port);
}
