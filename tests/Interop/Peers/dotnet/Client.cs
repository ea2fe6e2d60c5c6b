using System.Net.WebSockets;

namespace Switchboard.Interop.DotNetPeer;

internal static class Client
{
    private const int NarrowWindow = 10;

    public static async Task RunAsync(Terms terms, TaskCompletionSource<WebSocket> opened)
    {
        Report.Ready();
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.DangerousDeflateOptions = terms.Compression switch
        {
            "usual" => new(),
            "narrow" => new()
            {
                ClientContextTakeover = false,
                ServerContextTakeover = false,
                ClientMaxWindowBits = NarrowWindow,
                ServerMaxWindowBits = NarrowWindow,
            },
            _ => null,
        };
        if (terms.KeepAlive)
        {
            socket.Options.KeepAliveInterval = Terms.PingInterval;
            socket.Options.KeepAliveTimeout = Terms.PingTimeout;
        }

        foreach (var protocol in terms.Protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        await socket.ConnectAsync(new Uri(terms.Url), CancellationToken.None);
        Report.Open(socket, string.Join(", ", socket.HttpResponseHeaders!.GetValueOrDefault("Sec-WebSocket-Extensions") ?? []));
        opened.SetResult(socket);
        await Listener.ListenAsync(socket);
    }
}
