using System.Diagnostics.CodeAnalysis;

namespace Switchboard;

/// <summary>
/// What <see cref="WebSocket"/>, one connection, and <see cref="ReconnectingWebSocket"/>, one after the other, have in common: the browser's
/// interface, and what a C# program wants besides.
/// </summary>
public interface IWebSocketClient : IAsyncDisposable
{
    /// <summary>A connection is open.</summary>
    event Action? OnOpen;

    /// <summary>A message came. The view is valid until the handler returns.</summary>
    event Action<MessageView>? OnMessage;

    /// <summary>A message came, for handlers that await: nothing is read until they are done.</summary>
    [SuppressMessage("Naming", "CA1710", Justification = "The suffix says that the handler is awaited.")]
    event Func<Message, ValueTask>? OnMessageAsync;

    /// <summary>All that had to wait was taken by the system: there is room again.</summary>
    event Action? OnDrain;

    /// <summary>A pong came, with the payload of the ping that it answers. It is valid until the handler returns.</summary>
    event Action<ReadOnlySpan<byte>>? OnPong;

    /// <summary>It has failed for good: raised before <see cref="OnClose"/>.</summary>
    event Action<WebSocketFailure>? OnError;

    /// <summary>It has ended for good. Raised exactly once.</summary>
    event Action<CloseCode, string>? OnClose;

    /// <summary>The URL of the present connection, or of the last one.</summary>
    string Url { get; }

    /// <summary>Where it stands.</summary>
    ReadyState ReadyState { get; }

    /// <summary>Payload bytes that were sent but not taken by the system yet.</summary>
    long BufferedAmount { get; }

    /// <summary>The subprotocol that was agreed on, or "".</summary>
    string Protocol { get; }

    /// <summary>The extensions that were agreed on, or "".</summary>
    string Extensions { get; }

    /// <summary>The messages as a stream, instead of events. One reader at a time.</summary>
    IAsyncEnumerable<Message> Messages { get; }

    /// <summary>Why it failed for good. Null until then, and if it ended with a closing handshake.</summary>
    WebSocketFailure? Failure { get; }

    /// <summary>Complete when it has ended for good. It never fails.</summary>
    Task Closed { get; }

    /// <summary>Sends a text message.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <returns>False if it was not queued.</returns>
    bool Send(string text, bool compress = true);

    /// <summary>Sends a message of either type. The data is copied before this returns.</summary>
    /// <param name="data">The payload.</param>
    /// <param name="type">Text or binary. Default binary.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <returns>False if it was not queued.</returns>
    bool Send(ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, bool compress = true);

    /// <summary>Sends a message and waits until the system has taken it.</summary>
    /// <param name="data">The payload. Do not change it before the task is complete.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False if it was not sent.</returns>
    ValueTask<bool> SendAsync(
        ReadOnlyMemory<byte> data, MessageType type, bool compress = true, CancellationToken cancellationToken = default);

    /// <summary>Sends a text message and waits until the system has taken it.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False if it was not sent.</returns>
    ValueTask<bool> SendAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>Sends a ping.</summary>
    /// <param name="payload">Given back by the pong. At most 125 bytes.</param>
    /// <returns>False if there is no open connection.</returns>
    bool Ping(ReadOnlySpan<byte> payload = default);

    /// <summary>Begins the closing handshake without a code.</summary>
    void Close();

    /// <summary>Begins the closing handshake.</summary>
    /// <param name="code">1000, or 3000 to 4999.</param>
    /// <param name="reason">At most 123 bytes in UTF-8.</param>
    void Close(CloseCode code, string reason = "");

    /// <inheritdoc cref="Close(CloseCode, string)"/>
    void Close(int code, string reason = "");

    /// <summary>Closes, and waits until it has ended for good.</summary>
    /// <inheritdoc cref="Close(CloseCode, string)"/>
    Task CloseAsync(CloseCode code = CloseCode.NormalClosure, string reason = "");

    /// <summary>Ends it now, without a closing handshake.</summary>
    void Abort();
}
