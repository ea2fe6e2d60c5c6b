using System.Globalization;

namespace Switchboard.Wpt.Server;

/// <summary>The handlers of the suite's <c>handlers/</c> that keep the rules, on our own server.</summary>
internal static class Handlers
{
    private const string Goodbye = "Goodbye";

    private static readonly Dictionary<string, Action<ServerWebSocket, WebSocketRequest>> All = new()
    {
        ["/echo"] = (socket, _) => socket.OnMessage += message =>
        {
            socket.Send(message);
            CloseAtGoodbye(socket, message);
        },
        ["/echo_exit"] = (socket, _) => socket.OnMessage += message => CloseAtGoodbye(socket, message),
        ["/empty-message"] = (socket, _) => socket.OnMessage += message => socket.Send(message.Data.IsEmpty ? "pass" : "fail"),
        ["/basic_auth"] = Idle,
        ["/handshake_sleep_2"] = Idle,
        ["/sleep_10_v13"] = Idle,
        ["/handshake_no_protocol"] = Idle,
        ["/handshake_no_extensions"] = Idle,
        ["/protocol"] = (socket, _) => socket.Send(socket.Protocol),
        ["/protocol_array"] = (socket, _) => socket.Send(socket.Protocol),
        ["/origin"] = (socket, request) => socket.Send(request.Origin ?? "(none)"),
        ["/referrer"] = (socket, request) => socket.Send(request.Header("Referer") ?? "(none)"),
        ["/echo-cookie"] = (socket, request) => socket.Send(request.Header("Cookie") ?? "(none)"),
        ["/echo-query"] = (socket, request) => socket.Send(request.QueryString.TrimStart('?')),
        ["/remote-close"] = CloseAsAsked,
        ["/receive-many-with-backpressure"] = (socket, _) => socket.OnMessageAsync += async message =>
        {
            // Read slowly, so that what is sent piles up.
            await Task.Delay(1);
            await socket.SendAsync($"{message.Data.Length}");
        },
        ["/receive-backpressure"] = (socket, request) => socket.OnMessageAsync += async _ => await Gate.Of(request.QueryString).PassAsync(),
        ["/send-backpressure"] = (socket, request) => _ = SendUntilItIsTakenAsync(socket, request),
    };

    /// <summary>Whether a handler is served without compression, which would make little of what is to pile up.</summary>
    internal static bool IsPlain(string path) =>
        path is "/handshake_no_extensions" or "/receive-many-with-backpressure" or "/receive-backpressure" or "/send-backpressure";

    internal static async ValueTask<HandshakeDecision> DecideAsync(WebSocketRequest request, CancellationToken cancellationToken)
    {
        switch (request.Path)
        {
            case "/handshake_sleep_2" or "/sleep_10_v13":
                await Gate.Of(request.QueryString).PassAsync(cancellationToken);
                return HandshakeDecision.Accept;
            case "/basic_auth" when request.Header("Authorization") != "Basic Zm9vOmJhcg==": // foo:bar
                return HandshakeDecision.Refuse(401, "Who are you?");
            case "/echo" when request.Subprotocols.Contains("echo"):
                return HandshakeDecision.AcceptWith("echo");
            case "/protocol" or "/protocol_array" when request.Subprotocols is [var first, ..]:
                return HandshakeDecision.AcceptWith(first);
            default:
                return All.ContainsKey(request.Path) ? HandshakeDecision.Accept : HandshakeDecision.Refuse(404, "There is no such handler.");
        }
    }

    internal static void Serve(ServerWebSocket socket, WebSocketRequest request) => All[request.Path](socket, request);

    private static void Idle(ServerWebSocket socket, WebSocketRequest request) => socket.OnMessage += _ => { };

    private static void CloseAtGoodbye(ServerWebSocket socket, MessageView message)
    {
        if (message.Type == MessageType.Text && message.Text == Goodbye)
        {
            socket.Close(CloseCode.NormalClosure);
        }
    }

    private static void CloseAsAsked(ServerWebSocket socket, WebSocketRequest request)
    {
        if (request.Query.ContainsKey("abrupt"))
        {
            // The client says when: a reset at once could overtake our answer to its request.
            socket.OnMessage += _ => socket.Abort();
        }
        else if (request.Query.TryGetValue("code", out var code))
        {
            socket.Close(int.Parse(code, CultureInfo.InvariantCulture), request.Query.GetValueOrDefault("reason", ""));
        }
        else
        {
            socket.Close();
        }
    }

    // More than the system holds; the gate tells when the last of it was taken.
    private static async Task SendUntilItIsTakenAsync(ServerWebSocket socket, WebSocketRequest request)
    {
        const int Messages = 16;
        var message = new byte[1024 * 1024];
        for (var i = 0; i < Messages; i++)
        {
            await socket.SendAsync(message);
        }

        await Gate.Of(request.QueryString).PassAsync();
        await socket.SendAsync("sent");
    }
}
