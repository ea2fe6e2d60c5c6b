using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Client;
using Switchboard.Client.Reconnecting;
using Switchboard.Diagnostics;

namespace Switchboard;

/// <summary>
/// A client that connects again when its connection ends, with growing random delays, until it is closed or an answer comes that will not
/// change. It has the interface of <see cref="WebSocket"/>: <see cref="OnOpen"/> comes for each connection, <see cref="OnReconnecting"/> for
/// the end of each but the last, <see cref="OnError"/> and <see cref="OnClose"/> for the end of it all.
/// </summary>
/// <remarks>
/// <para>Events come one at a time and in order, where those of a <see cref="WebSocket"/> made at the same place would.</para>
/// <para>
/// What is sent while there is no connection waits, within a bound, and is sent behind the handlers of <see cref="OnOpen"/>. What was handed to
/// a connection that ends before the server has it is lost, and never sent twice: whoever cannot lose a message has the server
/// acknowledge it.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The cancellation source holds nothing once it was cancelled, which the end does.")]
public sealed class ReconnectingWebSocket : IWebSocketClient
{
    private readonly Lock _gate = new();
    private readonly WebSocketClientOptions _options;
    private readonly ReconnectOptions _reconnect;
    private readonly EventQueue _events;

    // Of each connection: its events are among ours, so that there is one order for all.
    private readonly QueueContext _context;
    private readonly Backoff _backoff;
    private readonly AwayQueue _queue;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MessageStream _messages;

    // All below is changed under the gate.
    private volatile ReadyState _state;
    private WebSocket? _current;
    private ITimer? _timer;

    // From the end of a connection to the next attempt: the handlers were told.
    private bool _isWaiting;
    private long _openedAt;

    // While it runs handlers of OnOpen, what they send goes before what waits.
    private int _openingThread;
    private bool _isQueueSent;
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<MessageView>? _onMessage;
    private Func<Message, ValueTask>? _onMessageAsync;
    private Action? _onOpen;
    private Action<Disconnection>? _onReconnecting;
    private Action<WebSocketFailure>? _onError;
    private Action<CloseCode, string>? _onClose;
    private Disconnection? _end;

    /// <summary>Begins to connect, and returns at once.</summary>
    /// <param name="url">An absolute URL, for each connection for which <see cref="ReconnectOptions.BuildUrl"/> gives no other.</param>
    /// <param name="options">What each connection is told. Default null: the defaults.</param>
    /// <param name="reconnect">When to try again. Default null: the defaults.</param>
    /// <exception cref="SyntaxErrorException">The URL or a subprotocol is not valid, see <see cref="WebSocket"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ReconnectingWebSocket(string url, WebSocketClientOptions? options = null, ReconnectOptions? reconnect = null)
        : this(url, options ?? new WebSocketClientOptions(), reconnect ?? new ReconnectOptions(), Random.Shared.NextDouble)
    {
    }

    /// <param name="url">An absolute URL.</param>
    /// <param name="options">What each connection is told.</param>
    /// <param name="reconnect">When to try again.</param>
    /// <param name="random">Gives a number from 0 to below 1.</param>
    internal ReconnectingWebSocket(string url, WebSocketClientOptions options, ReconnectOptions reconnect, Func<double> random)
    {
        ArgumentNullException.ThrowIfNull(url);
        options.Validate();
        reconnect.Validate();
        Url = new ServerUrl(url, options.BaseUrl).Href;
        _options = options;
        _reconnect = reconnect;
        _backoff = new Backoff(reconnect.FirstDelay, reconnect.MaxDelay, random);
        _queue = new AwayQueue(reconnect.MaxQueuedBytes);
        _events = new EventQueue(WebSocket.ContextOfHere, HandlerFailed);
        _context = new QueueContext(_events);
        _messages = new MessageStream(stream => OnMessageAsync += stream.AddAsync, isEnded: false);
        _ = Task.Run(() => ConnectAsync(url));
    }

    /// <inheritdoc/>
    public event Action? OnOpen
    {
        add
        {
            lock (_gate)
            {
                _onOpen += value;
                if (value is null || _state != ReadyState.Open)
                {
                    return;
                }
            }

            _events.Post(value);
        }

        remove
        {
            lock (_gate)
            {
                _onOpen -= value;
            }
        }
    }

    /// <inheritdoc/>
    public event Action<MessageView>? OnMessage
    {
        add
        {
            lock (_gate)
            {
                _onMessage += value;
                RelayMessages();
            }
        }

        remove
        {
            lock (_gate)
            {
                _onMessage -= value;
                RelayMessages();
            }
        }
    }

    /// <inheritdoc/>
    [SuppressMessage("Naming", "CA1710", Justification = "The suffix says that the handler is awaited.")]
    public event Func<Message, ValueTask>? OnMessageAsync
    {
        add
        {
            lock (_gate)
            {
                _onMessageAsync += value;
                RelayMessages();
            }
        }

        remove
        {
            lock (_gate)
            {
                _onMessageAsync -= value;
                RelayMessages();
            }
        }
    }

    /// <summary>
    /// A connection has ended, or could not be made, and another one will be tried: the argument says why it ended, and when that will be.
    /// Who closes in the handler ends it all. A handler that is attached while it waits is called soon, too.
    /// </summary>
    public event Action<Disconnection>? OnReconnecting
    {
        add
        {
            Disconnection end;
            lock (_gate)
            {
                _onReconnecting += value;
                if (value is null || !_isWaiting)
                {
                    return;
                }

                end = _end!;
            }

            _events.Post(() => value(end));
        }

        remove
        {
            lock (_gate)
            {
                _onReconnecting -= value;
            }
        }
    }

    /// <inheritdoc/>
    public event Action? OnDrain;

    /// <inheritdoc/>
    public event Action<ReadOnlySpan<byte>>? OnPong;

    /// <inheritdoc/>
    public event Action<WebSocketFailure>? OnError
    {
        add
        {
            lock (_gate)
            {
                _onError += value;
                if (value is null || _state != ReadyState.Closed || _end!.Failure is null)
                {
                    return;
                }
            }

            _events.Post(() => value(Failure!));
        }

        remove
        {
            lock (_gate)
            {
                _onError -= value;
            }
        }
    }

    /// <inheritdoc/>
    public event Action<CloseCode, string>? OnClose
    {
        add
        {
            lock (_gate)
            {
                _onClose += value;
                if (value is null || _state != ReadyState.Closed)
                {
                    return;
                }
            }

            _events.Post(() => value(_end!.Code, _end.Reason));
        }

        remove
        {
            lock (_gate)
            {
                _onClose -= value;
            }
        }
    }

    /// <inheritdoc/>
    public string Url { get; private set; }

    /// <summary>Where it stands: <see cref="ReadyState.Connecting"/> as long as there is no open connection, and another attempt to come.</summary>
    public ReadyState ReadyState => _state;

    /// <summary>Payload bytes that wait for a connection, or were handed to one and not taken by the system yet.</summary>
    public long BufferedAmount
    {
        get
        {
            lock (_gate)
            {
                return _queue.Bytes + (_current?.BufferedAmount ?? 0);
            }
        }
    }

    /// <inheritdoc/>
    public string Protocol => _current?.Protocol ?? "";

    /// <inheritdoc/>
    public string Extensions => _current?.Extensions ?? "";

    /// <summary>The messages of all connections as a stream, instead of events. One reader at a time.</summary>
    public IAsyncEnumerable<Message> Messages => _messages;

    /// <inheritdoc/>
    public WebSocketFailure? Failure => _state == ReadyState.Closed ? _end?.Failure : null;

    /// <inheritdoc/>
    public Task Closed => _closed.Task;

    /// <summary>Sends a text message, or queues it until there is a connection.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <returns>False if it was not queued: there is no connection and no room in the queue, or it is closing.</returns>
    public bool Send(string text, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Send(Encoding.UTF8.GetBytes(text), MessageType.Text, compress);
    }

    /// <summary>Sends a message of either type, or queues it until there is a connection. The data is copied before this returns.</summary>
    /// <param name="data">The payload; text must be valid UTF-8.</param>
    /// <param name="type">Text or binary. Default binary.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <returns>False if it was not queued: there is no connection and no room in the queue, or it is closing.</returns>
    public bool Send(ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, bool compress = true)
    {
        lock (_gate)
        {
            return _state < ReadyState.Closing
                && ((TryGetOpen() is { } socket && socket.Send(data, type, compress)) || _queue.TryAdd(data, type, compress));
        }
    }

    /// <summary>
    /// Waits for a connection, sends a message, and waits until the system has taken it. Several that wait for a connection at the same time may be
    /// sent in any order.
    /// </summary>
    /// <param name="data">The payload; text must be valid UTF-8. Do not change it before the task is complete.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// False if the connection ended before the system is known to have taken all of it, or if it has ended for good. The server may have the message then:
    /// it is not sent again by itself.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<bool> SendAsync(
        ReadOnlyMemory<byte> data, MessageType type, bool compress = true, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ValueTask<bool> sending;
            Task? change = null;
            lock (_gate)
            {
                if (_state >= ReadyState.Closing)
                {
                    return false;
                }

                if (TryGetOpen() is { } socket)
                {
                    // Begun under the gate, so that nothing comes between the look at its state and the sending.
                    sending = socket.SendAsync(data, type, compress, cancellationToken);
                }
                else
                {
                    sending = default;
                    change = _change.Task;
                }
            }

            if (change is null)
            {
                return await sending.ConfigureAwait(false);
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, MessageType, bool, CancellationToken)"/>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<bool> SendAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendAsync(Encoding.UTF8.GetBytes(text), MessageType.Text, compress: true, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The payload is longer than 125 bytes (RFC 6455 §5.5).</exception>
    public bool Ping(ReadOnlySpan<byte> payload = default) => _current?.Ping(payload) ?? false;

    /// <summary>Ends it all: closes the connection without a code, or gives up the attempt at one.</summary>
    public void Close() => CloseWith(static socket => socket.Close());

    /// <summary>Ends it all: closes the connection, or gives up the attempt at one.</summary>
    /// <param name="code">1000, or 3000 to 4999.</param>
    /// <param name="reason">At most 123 bytes in UTF-8.</param>
    /// <exception cref="InvalidAccessErrorException">The code must not be sent.</exception>
    /// <exception cref="SyntaxErrorException">The reason is too long.</exception>
    public void Close(CloseCode code, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        WebSocket.ThrowIfInvalid(code, reason);
        CloseWith(socket => socket.Close(code, reason));
    }

    /// <inheritdoc cref="Close(CloseCode, string)"/>
    public void Close(int code, string reason = "") => Close((CloseCode)code, reason);

    /// <summary>Closes, and waits until it has ended.</summary>
    /// <inheritdoc cref="Close(CloseCode, string)"/>
    public Task CloseAsync(CloseCode code = CloseCode.NormalClosure, string reason = "")
    {
        Close(code, reason);
        return Closed;
    }

    /// <summary>Ends it all, now: cuts the connection without a closing handshake.</summary>
    public void Abort() => CloseWith(static socket => socket.Abort());

    /// <summary>Closes, and waits until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await Closed.ConfigureAwait(false);
    }

    private async Task ConnectAsync(string url)
    {
        try
        {
            if (_reconnect.BuildUrl is { } build)
            {
                url = await build(_end, _ending.Token).ConfigureAwait(false);
            }

            lock (_gate)
            {
                if (_state != ReadyState.Connecting)
                {
                    return;
                }

                Attach(new WebSocket(url, _options, _context));
            }
        }
        catch (Exception e)
        {
            var failure = new WebSocketFailure(FailureKind.Handler, $"The URL of the connection could not be built: {e.Message}", e);
            _events.Post(() => Ended(new Disconnection(CloseCode.AbnormalClosure, "", failure)));
        }
    }

    private void Attach(WebSocket socket)
    {
        _current = socket;
        Url = socket.Url;
        _isQueueSent = false;
        socket.OnOpen += Opened;
        socket.OnDrain += () => OnDrain?.Invoke();
        socket.OnPong += payload => OnPong?.Invoke(payload);
        socket.OnClose += (code, reason) => Ended(new Disconnection(code, reason, socket.Failure));
        RelayMessages();
    }

    // The connection's own events have a handler if ours have: it drops what nobody listens for, and waits for who comes late. Under the gate.
    private void RelayMessages()
    {
        if (_current is { } socket)
        {
            socket.OnMessage -= Relay;
            socket.OnMessageAsync -= RelayAsync;
            socket.OnMessage += _onMessage is null ? null : Relay;
            socket.OnMessageAsync += _onMessageAsync is null ? null : RelayAsync;
        }
    }

    private void Relay(MessageView message) => _onMessage?.Invoke(message);

    private async ValueTask RelayAsync(Message message)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(_onMessageAsync))
        {
            await handler(message).ConfigureAwait(true);
        }
    }

    private void Opened()
    {
        Action? handlers;
        lock (_gate)
        {
            if (_state != ReadyState.Connecting)
            {
                return;
            }

            _state = ReadyState.Open;
            _openedAt = _options.TimeProvider.GetTimestamp();
            _openingThread = Environment.CurrentManagedThreadId;
            handlers = _onOpen;
        }

        try
        {
            handlers?.Invoke();
        }
        finally
        {
            lock (_gate)
            {
                _openingThread = 0;
                _queue.SendTo(_current!);
                _isQueueSent = _queue.IsEmpty;
                AnnounceChange();
            }
        }
    }

    // In an event of ours, as all that calls handlers is.
    private void Ended(Disconnection end)
    {
        lock (_gate)
        {
            if (_state == ReadyState.Open)
            {
                if (_options.TimeProvider.GetElapsedTime(_openedAt) >= _reconnect.HealthyAfter)
                {
                    _backoff.Reset();
                }

                _state = ReadyState.Connecting;
            }

            _current = null;
            _end = end;
        }

        if (_backoff.Attempts >= (_reconnect.MaxAttempts ?? int.MaxValue) || !MayReconnect(end) || !TryAnnounce(ref end, out var handlers))
        {
            Finish(end);
            return;
        }

        try
        {
            handlers?.Invoke(end);
        }
        finally
        {
            TryAgainAfter(end.Delay);
        }
    }

    /// <returns>False if it was closed in the meantime.</returns>
    private bool TryAnnounce(ref Disconnection end, out Action<Disconnection>? handlers)
    {
        var asked = end.RetryAfter(_options.TimeProvider.GetUtcNow()) ?? TimeSpan.Zero;
        lock (_gate)
        {
            handlers = _onReconnecting;
            if (_state != ReadyState.Connecting)
            {
                return false;
            }

            var delay = _backoff.Next();
            delay = delay > asked ? delay : asked;
            end = end with { Attempt = _backoff.Attempts, Delay = delay < ReconnectOptions.LongestDelay ? delay : ReconnectOptions.LongestDelay };
            _end = end;
            _isWaiting = true;
            return true;
        }
    }

    private bool MayReconnect(Disconnection end)
    {
        try
        {
            return _reconnect.ShouldReconnect(end);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
            return end.IsTransient;
        }
    }

    private void TryAgainAfter(TimeSpan delay)
    {
        lock (_gate)
        {
            // Otherwise it was closed in the handler.
            if (_state == ReadyState.Connecting)
            {
                _timer = _options.TimeProvider.CreateTimer(
                    static state => ((ReconnectingWebSocket)state!).TryAgain(), this, delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void TryAgain()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            _isWaiting = false;
        }

        _ = ConnectAsync(Url);
    }

    private void Finish(Disconnection end)
    {
        Action<WebSocketFailure>? onError;
        Action<CloseCode, string>? onClose;
        lock (_gate)
        {
            if (_state == ReadyState.Closed)
            {
                return;
            }

            _state = ReadyState.Closed;
            _end = end;
            onError = end.Failure is null ? null : _onError;
            onClose = _onClose;
            AnnounceChange();
        }

        _ending.Cancel();
        _messages.End();
        try
        {
            onError?.Invoke(end.Failure!);
        }
        finally
        {
            try
            {
                onClose?.Invoke(end.Code, end.Reason);
            }
            finally
            {
                _closed.TrySetResult();
            }
        }
    }

    private void CloseWith(Action<WebSocket> close)
    {
        WebSocket? socket;
        lock (_gate)
        {
            if (_state >= ReadyState.Closing)
            {
                return;
            }

            _state = ReadyState.Closing;
            socket = _current;
            _timer?.Dispose();
            _timer = null;
            AnnounceChange();
        }

        if (socket is not null)
        {
            // Its end is the end.
            close(socket);
            return;
        }

        _ending.Cancel();
        _events.Post(() => Finish(new Disconnection(CloseCode.AbnormalClosure, "", ConnectionAttempt.GivenUp)));
    }

    // Who waits for a connection looks again. Under the gate.
    private void AnnounceChange()
    {
        _change.SetResult();
        _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    // The connection, unless something else is to be sent before. Under the gate.
    private WebSocket? TryGetOpen()
    {
        if (_state != ReadyState.Open || _current is not { ReadyState: ReadyState.Open } socket)
        {
            return null;
        }

        if (!_isQueueSent && _openingThread == 0)
        {
            _queue.SendTo(socket);
            _isQueueSent = _queue.IsEmpty;
        }

        return _isQueueSent || _openingThread == Environment.CurrentManagedThreadId ? socket : null;
    }

    // As on one connection: it costs that.
    private void HandlerFailed(Exception exception)
    {
        if (_current is { } socket)
        {
            socket.HandlerFailed(exception);
        }
        else
        {
            Log.HandlerFailedWhileConnecting(_options.Logger ?? NullLogger.Instance, exception);
        }
    }

    /// <summary>What a connection's events run on: a place in our queue.</summary>
    private sealed class QueueContext(EventQueue events) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => events.Post(() => d(state));
    }
}
