using System.Diagnostics.CodeAnalysis;
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
public sealed partial class ReconnectingWebSocket : IWebSocketClient
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

    // All below is changed under the gate, and so are the fields of the other parts.
    private volatile ReadyState _state;
    private WebSocket? _current;
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
