using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Client;
using Switchboard.Connections;
using Switchboard.Diagnostics;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Messages;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>
/// A client that behaves as a browser's <c>WebSocket</c> (WHATWG WebSockets): it connects on its own, raises <see cref="OnOpen"/>, and
/// can send from then on. One object for each connection.
/// </summary>
/// <remarks>
/// Events come one at a time and in order: on the <see cref="SynchronizationContext"/> that was current at the construction, if there was
/// one (a window's, for example, but not that of another connection's handler); otherwise on threads of the pool. Every member may be called from any thread.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed when the connection ends, which disposing it waits for.")]
public sealed partial class WebSocket : WebSocketConnection, IWebSocketClient
{
    // Handlers are attached right after the construction; a message that is there sooner waits this long for one.
    private static readonly TimeSpan PatienceForHandlers = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly WebSocketClientOptions _options;
    private readonly ILogger _logger;
    private readonly ConnectionAttempt _attempt;

    // What does not happen in the connection's own turn: everything, if there is a context to run it on.
    private readonly EventQueue _events;
    private readonly bool _hasContext;

    // Moved under the gate: by the application at once, by what happens on the wire in the event that tells of it.
    private volatile ReadyState _state;
    private Action? _onOpen;
    private Action<WebSocketFailure>? _onError;
    private bool _isErrorRaised;
    private SendingTurn _turn;
    private long _discarded;
    private Pulse? _pulse;

    /// <summary>Begins to connect, and returns at once.</summary>
    /// <param name="url">An absolute URL; http and https are taken for ws and wss.</param>
    /// <param name="protocols">The subprotocols to offer, the preferred one first.</param>
    /// <inheritdoc cref="WebSocket(string, WebSocketClientOptions)"/>
    public WebSocket(string url, params string[] protocols)
        : this(url, new WebSocketClientOptions { Protocols = protocols })
    {
    }

    /// <summary>Begins to connect, and returns at once.</summary>
    /// <param name="url">An absolute URL; http and https are taken for ws and wss.</param>
    /// <param name="options">Everything else.</param>
    /// <exception cref="SyntaxErrorException">
    /// The URL is not valid, has another scheme, or has a fragment; or a subprotocol is not a token, or is offered twice.
    /// </exception>
    public WebSocket(string url, WebSocketClientOptions options)
        : this(url, options, ContextOfHere)
    {
    }

    /// <param name="url">An absolute URL.</param>
    /// <param name="options">Everything else.</param>
    /// <param name="context">Where events run; null for threads of the pool.</param>
    internal WebSocket(string url, WebSocketClientOptions options, SynchronizationContext? context)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var parsed = new ServerUrl(url, options.BaseUrl);
        _options = options;
        _logger = options.Logger ?? NullLogger.Instance;
        Url = parsed.Href;
        _hasContext = context is not null;
        _events = new EventQueue(context, HandlerFailed);
        _attempt = new ConnectionAttempt(parsed, options, Open, Fail);
        _attempt.Start();
    }

    // Another connection's handlers have a context too, which is that connection's own affair.
    internal static SynchronizationContext? ContextOfHere => SynchronizationContext.Current is { } context and not HandlerContext ? context : null;

    /// <summary>The URL, serialized: a missing path is "/", the scheme's own port is left out.</summary>
    public string Url { get; }

    /// <inheritdoc/>
    public override ReadyState ReadyState => _state;

    /// <summary>
    /// Payload bytes that were sent but not taken by the system yet; framing is not counted. In a handler all that it has sent counts,
    /// until it returns. What is sent after the close is discarded, and counts for ever (WHATWG, <c>bufferedAmount</c>).
    /// </summary>
    public override long BufferedAmount => Interlocked.Read(ref _discarded) + _turn.Amount(base.BufferedAmount);

    /// <summary>Connects, and waits until the connection is open. Its events come as they do after the constructor.</summary>
    /// <param name="url">An absolute URL; http and https are taken for ws and wss.</param>
    /// <param name="options">Everything else. Default null: the defaults.</param>
    /// <param name="cancellationToken">Ends the waiting, and the connection.</param>
    /// <returns>A connection that is open, or was until a moment ago. Messages wait a second for a first handler or reader.</returns>
    /// <exception cref="WebSocketConnectException">The connection could not be made: its <c>Failure</c> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <inheritdoc cref="WebSocket(string, WebSocketClientOptions)" path="/exception"/>
    public static async Task<WebSocket> ConnectAsync(
        string url, WebSocketClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var socket = new WebSocket(url, options ?? new WebSocketClientOptions());
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Opened() => opened.TrySetResult();
        socket.OnOpen += Opened;
        socket.OnError += failure => opened.TrySetException(new WebSocketConnectException(failure));
        socket.OnClose += (_, _) => opened.TrySetResult(); // Opened and closed again, before anybody could be told.
        try
        {
            await opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            opened.TrySetCanceled(cancellationToken);
            socket.Abort();
            throw;
        }

        socket.OnOpen -= Opened;
        return socket;
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        if (!TryCancelConnecting())
        {
            StartClosing();
            base.Abort();
        }
    }

    /// <exception cref="InvalidAccessErrorException">A client must not send this code.</exception>
    /// <exception cref="SyntaxErrorException">The reason is too long.</exception>
    internal static void ThrowIfInvalid(CloseCode code, string reason)
    {
        // WHATWG: close() takes 1000 and the codes of applications; the others are the protocol's.
        if ((int)code is not (1000 or (>= 3000 and <= 4999)))
        {
            throw new InvalidAccessErrorException($"A client closes with 1000 or a code from 3000 to 4999, not with {(int)code}.");
        }

        ThrowIfTooLong(reason);
    }

    private protected override void Validate(CloseCode code, string reason) => ThrowIfInvalid(code, reason);

    private protected override void CloseWith(CloseCode code, string reason)
    {
        if (!TryCancelConnecting())
        {
            StartClosing();
            base.CloseWith(code, reason);
        }
    }

    private protected override void End(CloseOutcome outcome) => Raise(() => EndHere(outcome));

    private void EndHere(CloseOutcome outcome)
    {
        _pulse?.Dispose();

        // WHATWG: CLOSED first, then error, then close. What we found wrong is not told as a close code, for a page could learn of other
        // sites by it: the code is 1006, and no reason.
        Action<WebSocketFailure>? handlers;
        lock (_gate)
        {
            _state = ReadyState.Closed;
            SetOutcome(outcome.WasClean ? outcome : outcome with { Code = Switchboard.CloseCode.AbnormalClosure, Reason = "" });
            _isErrorRaised = !outcome.WasClean;
            handlers = outcome.WasClean ? null : _onError;
        }

        try
        {
            handlers?.Invoke(outcome.Failure!);
        }
        finally
        {
            RaiseClose();
        }
    }

    private bool Open(ITransport transport, string subprotocol, PermessageDeflate? deflate, Span<byte> early)
    {
        ConnectionDriver driver;
        lock (_gate)
        {
            if (_state != ReadyState.Connecting)
            {
                // Closed in the meantime, which the attempt has learnt too late.
                _events.Post(() => EndHere(CloseOutcome.Abnormal(ConnectionAttempt.GivenUp)));
                return false;
            }

            Protocol = subprotocol;
            _pulse = new Pulse(
                _options.TimeProvider, _options.CloseTimeout > TimeSpan.Zero ? _options.CloseTimeout : _options.PingInterval, _logger);
            driver = new ConnectionDriver(transport, Role.Client, ToSettings(_pulse), this, Id, deflate);
            Attach(driver);
        }

        driver.Open(early, Receiving.Now);
        return true;
    }

    private void Fail(WebSocketFailure failure) =>
        _events.Post(() => EndHere(CloseOutcome.Abnormal(failure)));

    /// <returns>False if the connection was made, and open: it is to be closed instead.</returns>
    private bool TryCancelConnecting()
    {
        ConnectionDriver? driver;
        lock (_gate)
        {
            if (_state != ReadyState.Connecting)
            {
                // Nothing more to cancel either, if it was closed while it was connecting.
                return Driver is null;
            }

            // WHATWG: CLOSING at once; error and close follow, not on the caller's stack.
            _state = ReadyState.Closing;
            driver = Driver;
        }

        if (driver is null)
        {
            _attempt.Cancel();
        }
        else
        {
            driver.Abort(ConnectionAttempt.GivenUp.Kind, ConnectionAttempt.GivenUp.Message);
        }

        return true;
    }

    private void StartClosing()
    {
        lock (_gate)
        {
            if (_state < ReadyState.Closing)
            {
                _state = ReadyState.Closing;
            }
        }
    }

    private ConnectionSettings ToSettings(Pulse pulse) => new()
    {
        Limits = new MessageLimits(_options.MaxMessageBytes, _options.MaxFragments),
        EndsTransport = false,
        CloseTimeout = _options.CloseTimeout,
        PingInterval = _options.PingInterval,
        PingTimeout = _options.PingTimeout,
        MaxBacklogBytes = _options.MaxBacklogBytes,
        BacklogPolicy = BacklogPolicy.Close,
        Memory = _options.Memory,
        NameOfOpening = () => HandlerName.Of(_onOpen),
        Pulse = pulse,
        Logger = _logger,
    };
}
