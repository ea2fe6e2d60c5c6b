using System.Web;
using Switchboard;
using Switchboard.Conformance.Conversations;

namespace Conformance.Driving;

/// <summary>The product's client, as the child process that is tested: connects to each URL that it reads, and echoes there.</summary>
internal static class EchoClient
{
    /// <summary>Connects until the standard input ends, which it does with the parent.</summary>
    internal static async Task RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } url)
        {
            Connect(url);
        }
    }

    private static void Connect(string url)
    {
        var query = HttpUtility.ParseQueryString(new Uri(url).Query);
        var subprotocols = query["subprotocols"]?.Split(',') ?? [];
        var socket = new WebSocket(url, Product.ClientOptions(Enum.Parse<Setting>(query["setting"]!), subprotocols));
        socket.OnMessage += message => socket.Send(message);
        switch (Enum.Parse<Manner>(query["manner"]!))
        {
            case Manner.Greet:
                socket.OnOpen += () => socket.Send("hello");
                break;
            case Manner.Close:
                socket.OnOpen += () => socket.Close(CloseCode.NormalClosure, "goodbye");
                break;
        }
    }
}
