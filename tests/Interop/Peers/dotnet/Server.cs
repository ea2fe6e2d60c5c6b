using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Switchboard.Interop.DotNetPeer;

internal static class Server
{
    private const int NarrowWindow = 10;

    public static async Task RunAsync(Terms terms, TaskCompletionSource<WebSocket> opened)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseWebSockets();
        app.Run(context => AcceptAsync(context, terms, opened));
        await app.StartAsync();
        Report.Ready(new Uri(app.Urls.Single()).Port);
        await app.WaitForShutdownAsync();
    }

    private static async Task AcceptAsync(HttpContext context, Terms terms, TaskCompletionSource<WebSocket> opened)
    {
        var acceptance = new WebSocketAcceptContext
        {
            SubProtocol = terms.Protocols.FirstOrDefault(context.WebSockets.WebSocketRequestedProtocols.Contains),
            DangerousEnableCompression = terms.Compression != "off",
        };
        if (terms.Compression == "narrow")
        {
            acceptance.DisableServerContextTakeover = true;
            acceptance.ServerMaxWindowBits = NarrowWindow;
        }

        if (terms.KeepAlive)
        {
            acceptance.KeepAliveInterval = Terms.PingInterval;
            acceptance.KeepAliveTimeout = Terms.PingTimeout;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(acceptance);
        Report.Open(socket, context.Response.Headers.SecWebSocketExtensions.ToString());
        opened.SetResult(socket);
        await Listener.ListenAsync(socket);
    }
}
