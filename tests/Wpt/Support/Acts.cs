namespace Switchboard.Wpt.Support;

/// <summary>What a test does with its socket, and when.</summary>
internal sealed record Acts
{
    /// <summary>What the socket is made with.</summary>
    public WebSocketClientOptions Options { get; init; } = new();

    /// <summary>In the task that makes the socket, with its handlers attached.</summary>
    public Action<WebSocket>? Created { get; init; }

    public Action<WebSocket>? Open { get; init; }

    public Action<WebSocket, Message>? Message { get; init; }

    public Action<WebSocket>? Error { get; init; }

    public Action<WebSocket>? Close { get; init; }
}
