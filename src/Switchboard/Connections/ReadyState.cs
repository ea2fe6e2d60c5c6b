namespace Switchboard;

/// <summary>Where a connection stands (WHATWG WebSockets, <c>readyState</c>, with its numbers).</summary>
public enum ReadyState
{
    /// <summary>The opening handshake is under way.</summary>
    Connecting = 0,

    /// <summary>Messages go both ways.</summary>
    Open = 1,

    /// <summary>The closing handshake is under way, or the connection is about to be cut.</summary>
    Closing = 2,

    /// <summary>The connection has ended.</summary>
    Closed = 3,
}
