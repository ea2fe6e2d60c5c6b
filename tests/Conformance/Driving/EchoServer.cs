using Switchboard;
using Switchboard.Conformance.Conversations;

namespace Conformance.Driving;

/// <summary>The product's server, as the child process that is tested: one port for each setting.</summary>
internal static class EchoServer
{
    /// <summary>Serves until the standard input ends, which it does with the parent.</summary>
    internal static async Task RunAsync()
    {
        var servers = new List<WebSocketServer>();
        foreach (var setting in Enum.GetValues<Setting>())
        {
            var server = new WebSocketServer(Product.ServerOptions(setting));
            server.OnConnection += (socket, request) => Serve(socket, request.Path);
            server.Start();
            servers.Add(server);
        }

        Console.WriteLine(string.Join(' ', servers.Select(server => server.Port)));
        await Console.In.ReadToEndAsync();
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    private static void Serve(ServerWebSocket socket, string path)
    {
        socket.OnMessage += message => socket.Send(message);
        switch (Enum.TryParse<Manner>(path.TrimStart('/'), ignoreCase: true, out var manner) ? manner : Manner.Echo)
        {
            case Manner.Greet:
                socket.Send("hello");
                break;
            case Manner.Close:
                socket.Close(CloseCode.NormalClosure, "goodbye");
                break;
        }
    }
}
