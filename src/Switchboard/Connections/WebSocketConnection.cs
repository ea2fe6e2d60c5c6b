using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Switchboard.Connections;
using Switchboard.Diagnostics;
using Switchboard.Protocol.Closing;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>
/// What a server's socket and a client's have in common: sending from any thread, events for what comes, and the end.
/// </summary>
/// <remarks>
/// Handlers of one connection never run two at a time, except that <see cref="OnDrain"/> and <see cref="OnClose"/> may come while an
/// asynchronous one is awaited. Messages come in order: the next one is handed up when the handlers of the last have finished, and while an asynchronous handler is awaited nothing is read, so a peer that sends faster
/// than you handle is slowed down by TCP. A handler that throws ends its connection with 1011; it harms nothing else.
/// </remarks>
public abstract partial class WebSocketConnection : IConnectionOwner, IAsyncDisposable
{
    private static long _lastId;

    private WriteGate _gate;
    private ConnectionDriver? _driver;
    private Action<MessageView>? _onMessage;
    private Func<Message, ValueTask>? _onMessageAsync;
    private IPullSide? _pullSide;
    private TaskCompletionSource? _closed;
    private Action<CloseCode, string>? _onClose;
    private CloseOutcome? _outcome;
    private bool _isCloseRaised;

    private protected WebSocketConnection()
    {
    }

    /// <summary>
    /// A message came. The view lies in the receive buffer and is valid until the handler returns: the compiler will not let it
    /// into an async lambda. For those there is <see cref="OnMessageAsync"/>.
    /// </summary>
    public event Action<MessageView>? OnMessage
    {
        add
        {
            using (_gate.Enter())
            {
                _onMessage += value;
            }

            _driver?.StartListening();
        }

        remove
        {
            using (_gate.Enter())
            {
                _onMessage -= value;
            }
        }
    }

    /// <summary>
    /// A message came. It is a copy of your own, and the next message waits until the handler's task is complete; several
    /// handlers run one after the other.
    /// </summary>
    [SuppressMessage("Naming", "CA1710", Justification = "The suffix says that the handler is awaited.")]
    public event Func<Message, ValueTask>? OnMessageAsync
    {
        add
        {
            using (_gate.Enter())
            {
                _onMessageAsync += value;
            }

            _driver?.StartListening();
        }

        remove
        {
            using (_gate.Enter())
            {
                _onMessageAsync -= value;
            }
        }
    }

    /// <summary>
    /// The connection has ended. Raised exactly once, however it ended: with the peer's code and reason, or with the rule that
    /// was broken, or with <see cref="CloseCode.AbnormalClosure"/>. It may come while an asynchronous handler is still awaited. A
    /// handler that is attached after the end is called soon, too.
    /// </summary>
    public event Action<CloseCode, string>? OnClose
    {
        add
        {
            CloseOutcome outcome;
            using (_gate.Enter())
            {
                _onClose += value;
                if (value is null || !_isCloseRaised)
                {
                    return;
                }

                outcome = _outcome!;
            }

            RunSoon(() => value(outcome.Code, outcome.Reason));
        }

        remove
        {
            using (_gate.Enter())
            {
                _onClose -= value;
            }
        }
    }

    /// <summary>All that <see cref="Send(string, bool)"/> had to leave waiting was taken by the system: there is room again.</summary>
    public event Action? OnDrain;

    /// <summary>A pong came, with the payload of the ping that it answers. It is valid until the handler returns.</summary>
    public event Action<ReadOnlySpan<byte>>? OnPong;

    /// <summary>Unique among the connections of this process, and counted up from 1. The log names connections by it.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>Where the connection stands.</summary>
    public virtual ReadyState ReadyState => _outcome is not null ? ReadyState.Closed : _driver?.ReadyState ?? ReadyState.Connecting;

    /// <summary>Payload bytes that were sent but not taken by the system yet; framing is not counted.</summary>
    public virtual long BufferedAmount => _driver?.BufferedAmount ?? 0;

    /// <summary>The subprotocol that was agreed on, or "".</summary>
    public string Protocol { get; private protected set; } = "";

    /// <summary>
    /// The extensions that were agreed on, as the server's answer has them, such as "permessage-deflate; server_no_context_takeover"; or "".
    /// </summary>
    public string Extensions => _driver?.Extensions ?? "";

    /// <summary>
    /// The peer's address; null where the transport has none, and until a client is connected. On a server the client's, as far as proxies that are
    /// trusted have told it.
    /// </summary>
    public EndPoint? RemoteEndPoint => ToldEndPoint ?? _driver?.Transport.RemoteEndPoint;

    /// <summary>The peer's address, if somebody in between has told it.</summary>
    private protected virtual EndPoint? ToldEndPoint => null;

    /// <summary>Our address; null where the transport has none, and until a client is connected.</summary>
    public EndPoint? LocalEndPoint => _driver?.Transport.LocalEndPoint;

    /// <summary>The code that <see cref="OnClose"/> was raised with, or null before.</summary>
    public CloseCode? CloseCode => _outcome?.Code;

    /// <summary>The reason that <see cref="OnClose"/> was raised with; "" before, and if none was given.</summary>
    public string CloseReason => _outcome?.Reason ?? "";

    /// <summary>Whether the connection has ended with a closing handshake, and not by a failure.</summary>
    public bool WasClean => _outcome?.WasClean ?? false;

    /// <summary>Why the connection failed: what happened, and to what. Null until the end, and if it ended with a closing handshake.</summary>
    public WebSocketFailure? Failure => _outcome?.Failure;

    /// <summary>Complete when the connection has ended, and the handlers of <see cref="OnClose"/> were told. It never fails.</summary>
    public Task Closed
    {
        get
        {
            using (_gate.Enter())
            {
                return (_closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>
    /// The messages as a stream, instead of events: <c>await foreach (var message in socket.Messages)</c>. One reader at a time.
    /// At most two messages are read ahead; the stream ends with the connection, and a reader that breaks off misses nothing when
    /// it comes back.
    /// </summary>
    /// <exception cref="InvalidOperationException">They are read as <see cref="MessageStreams"/>.</exception>
    public IAsyncEnumerable<Message> Messages
    {
        get
        {
            using (_gate.Enter())
            {
                _pullSide ??= new MessageStream(stream => OnMessageAsync += stream.AddAsync, isEnded: _outcome is not null);
                return _pullSide as MessageStream ?? throw new InvalidOperationException("The messages are read as streams.");
            }
        }
    }

    /// <summary>What you want to remember with this connection. Not looked at.</summary>
    public object? UserState { get; set; }

    /// <summary>The last asynchronous handler of a message that did not finish at once. The connection may end before it does.</summary>
    internal Task LastHandler { get; private set; } = Task.CompletedTask;

    bool IConnectionOwner.IsListening => IsListening;

    private protected bool HasPongHandlers => OnPong is not null;

    private protected bool IsListening => _onMessage is not null || _onMessageAsync is not null || ReadsStreams;

    private protected ConnectionDriver? Driver => _driver;

    /// <summary>Sends a text message. It is queued and leaves at once, or at the end of the burst whose handler sends it.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="compress">
    /// Whether it may be compressed, if the peer agreed to that and it is large enough. Say false for what is compressed already, and for a secret
    /// beside something that a stranger chose: the length of what they are compressed to tells of the secret.
    /// </param>
    /// <returns>False if it was not queued: the connection is not open, or its backlog is full.</returns>
    public virtual bool Send(string text, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _driver?.SendText(text, compress) ?? false;
    }

    /// <summary>Sends a message of either type. The data is copied before this returns.</summary>
    /// <param name="data">The payload; text must be valid UTF-8, or the peer will end the connection over it.</param>
    /// <param name="type">Text or binary. Default binary.</param>
    /// <param name="compress">Whether it may be compressed, see <see cref="Send(string, bool)"/>.</param>
    /// <inheritdoc cref="Send(string, bool)"/>
    public virtual bool Send(ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, bool compress = true) =>
        _driver?.Send(type, data, compress) ?? false;

    /// <summary>Sends a message on as it came.</summary>
    /// <inheritdoc cref="Send(string, bool)"/>
    public bool Send(MessageView message, bool compress = true) => Send(message.Data, message.Type, compress);

    /// <summary>Sends a message on as it came.</summary>
    /// <inheritdoc cref="Send(string, bool)"/>
    public bool Send(Message message, bool compress = true) => Send(message.Data.Span, message.Type, compress);

    /// <summary>
    /// Sends a text message and waits until the system has taken it: who awaits each send is never ahead of the peer by more than
    /// the backlog limit. Sends that wait keep their order. More than sixteen times the backlog limit cannot wait: then the
    /// backlog policy applies.
    /// </summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="cancellationToken">Ends the waiting. A message that has been begun is sent all the same.</param>
    /// <returns>True when it was handed to the system, false if the connection is not open or has ended before.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<bool> SendAsync(string text, CancellationToken cancellationToken = default) => SendAsync(text, compress: true, cancellationToken);

    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="compress">Whether it may be compressed, see <see cref="Send(string, bool)"/>.</param>
    /// <param name="cancellationToken">Ends the waiting. A message that has been begun is sent all the same.</param>
    public ValueTask<bool> SendAsync(string text, bool compress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendAsync(Encoding.UTF8.GetBytes(text), MessageType.Text, compress, cancellationToken);
    }

    /// <summary>Sends a binary message and waits until the system has taken it.</summary>
    /// <param name="data">The payload. Do not change it before the task is complete.</param>
    /// <param name="cancellationToken">Ends the waiting. A message that has been begun is sent all the same.</param>
    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        SendAsync(data, MessageType.Binary, compress: true, cancellationToken);

    /// <summary>Sends a message of either type and waits until the system has taken it.</summary>
    /// <param name="data">The payload; text must be valid UTF-8. Do not change it before the task is complete.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="compress">Whether it may be compressed, see <see cref="Send(string, bool)"/>. Default true.</param>
    /// <param name="cancellationToken">Ends the waiting. A message that has been begun is sent all the same.</param>
    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    public virtual ValueTask<bool> SendAsync(
        ReadOnlyMemory<byte> data, MessageType type, bool compress = true, CancellationToken cancellationToken = default) =>
        _driver?.SendAsync(type, data, compress, cancellationToken) ?? new ValueTask<bool>(false);

    /// <summary>Sends a message on as it came, and waits until the system has taken it.</summary>
    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    public ValueTask<bool> SendAsync(Message message, CancellationToken cancellationToken = default) =>
        SendAsync(message.Data, message.Type, compress: true, cancellationToken);

    /// <summary>Sends a ping; the peer answers with a pong, which raises <see cref="OnPong"/>.</summary>
    /// <param name="payload">Given back by the pong. At most 125 bytes.</param>
    /// <returns>False if the connection is not open.</returns>
    /// <exception cref="ArgumentException">The payload is longer than 125 bytes (RFC 6455 §5.5).</exception>
    public bool Ping(ReadOnlySpan<byte> payload = default) => payload.Length <= FrameHeader.MaxControlPayload
        ? _driver?.Ping(payload) ?? false
        : throw new ArgumentException($"A ping carries at most {FrameHeader.MaxControlPayload} bytes, not {payload.Length}.", nameof(payload));

    /// <summary>
    /// Begins the closing handshake without a code; both sides then report 1005. What was sent before goes before it. Does
    /// nothing if the connection is closing already.
    /// </summary>
    public void Close() => CloseWith(Switchboard.CloseCode.NoStatusReceived, "");

    /// <summary>Begins the closing handshake. What was sent before goes before it. Does nothing if the connection is closing already.</summary>
    /// <param name="code">A code that may be sent: 1000-1003, 1007-1014 or 3000-4999.</param>
    /// <param name="reason">At most 123 bytes in UTF-8.</param>
    /// <exception cref="InvalidAccessErrorException">The code must not be sent.</exception>
    /// <exception cref="SyntaxErrorException">The reason is too long.</exception>
    public void Close(CloseCode code, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        Validate(code, reason);
        CloseWith(code, reason);
    }

    /// <inheritdoc cref="Close(Switchboard.CloseCode, string)"/>
    public void Close(int code, string reason = "") => Close((CloseCode)code, reason);

    /// <summary>Closes, and waits until the connection has ended: for the peer's answer, or the close timeout.</summary>
    /// <inheritdoc cref="Close(Switchboard.CloseCode, string)"/>
    public Task CloseAsync(CloseCode code = Switchboard.CloseCode.NormalClosure, string reason = "")
    {
        Close(code, reason);
        return Closed;
    }

    /// <summary>Cuts the connection without a closing handshake. The peer sees 1006.</summary>
    public virtual void Abort() => _driver?.Abort(FailureKind.Aborted, "The connection was aborted here.");

    /// <summary>Closes, and waits until the connection has ended, at most for the close timeout.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await Closed.ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    ValueTask IConnectionOwner.OnOpen() => RaiseOpenAsync();

    ValueTask IConnectionOwner.OnMessage(MessageView message) => RaiseMessage(message);

    void IConnectionOwner.OnPong(ReadOnlySpan<byte> payload) => RaisePong(payload);

    void IConnectionOwner.OnDrain() => RaiseDrain();

    void IConnectionOwner.OnClosing() => RaiseClosing();

    void IConnectionOwner.OnClosed(CloseOutcome outcome) => End(outcome);

    string IConnectionOwner.NameOf(HandlerKind kind) => kind switch
    {
        HandlerKind.Message => HandlerName.Of(_onMessage, _onMessageAsync),
        HandlerKind.Pong => HandlerName.Of(OnPong),
        HandlerKind.Drain => HandlerName.Of(OnDrain),
        HandlerKind.Close => HandlerName.Of(_onClose),
        _ => "of no name",
    };

    private protected abstract ValueTask RaiseOpenAsync();

    private protected virtual ValueTask RaiseMessage(MessageView message)
    {
        _onMessage?.Invoke(message);
        if (_onMessageAsync is not { } handlers)
        {
            return default;
        }

        var handling = InvokeAsync(handlers, message.ToMessage());
        return handling.IsCompletedSuccessfully ? default : new ValueTask(LastHandler = handling.AsTask());
    }

    private protected virtual void RaisePong(ReadOnlySpan<byte> payload) => OnPong?.Invoke(payload);

    private protected virtual void RaiseDrain() => OnDrain?.Invoke();

    private protected virtual void RaiseClosing()
    {
    }

    /// <summary>Runs a handler as the connection's own, behind what runs now.</summary>
    private protected virtual void RunSoon(Action handler) => _driver?.RunSoon(handler);

    private protected virtual void Validate(CloseCode code, string reason)
    {
        if (!ClosePayload.MayBeSent(code))
        {
            throw new InvalidAccessErrorException($"The close code {(int)code} must not be sent (RFC 6455 §7.4): use 1000-1003, 1007-1014 or 3000-4999.");
        }

        ThrowIfTooLong(reason);
    }

    private protected static void ThrowIfTooLong(string reason)
    {
        if (Encoding.UTF8.GetByteCount(reason) is > ClosePayload.MaxReasonBytes and var length)
        {
            throw new SyntaxErrorException(
                $"A close reason has at most {ClosePayload.MaxReasonBytes} bytes in UTF-8, and this one has {length}: shorten it.");
        }
    }

    private protected virtual void CloseWith(CloseCode code, string reason) => _driver?.Close(code, reason);

    private protected void Attach(ConnectionDriver driver)
    {
        Volatile.Write(ref _driver, driver);

        // Who begins to read streams on another thread sees the driver, or is seen here.
        Interlocked.MemoryBarrier();
        if (ReadsStreams)
        {
            driver.HandUpParts();
        }
    }

    // What must happen does so before the user's handlers, which may throw.
    private protected virtual void End(CloseOutcome outcome)
    {
        SetOutcome(outcome);
        RaiseClose();
    }

    /// <summary>The connection has ended: from now on it says so.</summary>
    private protected void SetOutcome(CloseOutcome outcome)
    {
        using (_gate.Enter())
        {
            _outcome = outcome;
            _pullSide?.End(outcome);
        }
    }

    private protected void RaiseClose()
    {
        CloseOutcome outcome;
        Action<CloseCode, string>? handlers;
        using (_gate.Enter())
        {
            outcome = _outcome!;
            handlers = _onClose;
            _isCloseRaised = true;
        }

        try
        {
            handlers?.Invoke(outcome.Code, outcome.Reason);
        }
        finally
        {
            using (_gate.Enter())
            {
                (_closed ??= new TaskCompletionSource()).TrySetResult();
            }
        }
    }

    private protected static async ValueTask InvokeAsync<T>(Func<T, ValueTask> handlers, T argument)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(handlers))
        {
            await handler(argument).ConfigureAwait(true);
        }
    }
}
