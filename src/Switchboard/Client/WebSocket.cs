using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Client;
using Switchboard.Connections;
using Switchboard.Diagnostics;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Messages;
using Switchboard.Tls;
using Switchboard.Transports;
using Switchboard.Transports.Sockets;

namespace Switchboard;

/// <summary>
/// A client with the shape of a browser's <c>WebSocket</c>: it connects on its own, raises <see cref="OnOpen"/>, and can send
/// from then on. One object for each connection.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed when the connection ends, which disposing it waits for.")]
public sealed class WebSocket : WebSocketConnection, IHandlerHost
{
    // Handlers are attached right after the construction; a message that is there sooner waits this long for one.
    private static readonly TimeSpan PatienceForHandlers = TimeSpan.FromMilliseconds(100);

    private const string TooLate = "The connection was not made in time.";

    private readonly Lock _gate = new();
    private readonly WebSocketClientOptions _options;
    private readonly ServerUrl _url;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _connecting;
    private Action? _onOpen;
    private bool _isOpenRaised;
    private bool _isClosing;
    private bool _isFailed;
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
    /// <exception cref="FormatException">The URL is not valid, has another scheme, or has a fragment (WHATWG: SyntaxError).</exception>
    /// <exception cref="ArgumentException">A subprotocol is not a token, or is offered twice (WHATWG: SyntaxError).</exception>
    public WebSocket(string url, WebSocketClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Memory);
        ArgumentNullException.ThrowIfNull(options.Tls);
        options.Compression?.Validate();
        options.Tls.Validate();
        _url = new ServerUrl(url);
        _options = options;
        _logger = options.Logger ?? NullLogger.Instance;
        if (SubprotocolChoice.ParseOffers(options.Protocols.Count == 0 ? null : string.Join(',', options.Protocols))?.Count != options.Protocols.Count)
        {
            throw new ArgumentException("Each subprotocol must be a token, and be offered once.", nameof(options));
        }

        Url = _url.ToString();
        _connecting = new CancellationTokenSource(
            options.ConnectTimeout > TimeSpan.Zero ? options.ConnectTimeout : Timeout.InfiniteTimeSpan, options.TimeProvider);
        _ = Task.Run(ConnectAsync);
    }

    /// <summary>The connection is open. A handler that is attached later is called at once, from the thread pool.</summary>
    public event Action? OnOpen
    {
        add
        {
            lock (_gate)
            {
                _onOpen += value;
                if (!_isOpenRaised || ReadyState != ReadyState.Open)
                {
                    return;
                }
            }

            if (value is not null)
            {
                Driver?.RunSoon(value);
            }
        }

        remove
        {
            lock (_gate)
            {
                _onOpen -= value;
            }
        }
    }

    /// <summary>The connection has failed: raised before <see cref="WebSocketConnection.OnClose"/>, with a sentence that says why.</summary>
    public event Action<string>? OnError;

    /// <summary>The URL, serialized: a missing path is "/", the scheme's own port is left out.</summary>
    public string Url { get; }

    /// <inheritdoc/>
    public override ReadyState ReadyState => base.ReadyState == ReadyState.Connecting && _isClosing ? ReadyState.Closing : base.ReadyState;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The connection is still connecting (WHATWG: InvalidStateError).</exception>
    public override bool Send(string text, bool compress = true)
    {
        ThrowIfConnecting();
        return base.Send(text, compress);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The connection is still connecting (WHATWG: InvalidStateError).</exception>
    public override bool Send(ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, bool compress = true)
    {
        ThrowIfConnecting();
        return base.Send(data, type, compress);
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        if (!TryCancelConnecting())
        {
            base.Abort();
        }
    }

    void IHandlerHost.HandlerFailed(Exception exception) => Log.HandlerFailedWhileConnecting(_logger, exception);

    void IHandlerHost.HandlersEnded()
    {
        // There is none: the connection was not made.
    }

    void IHandlerHost.Post(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);

    void IHandlerHost.HandlerBlocks(string handler, TimeSpan soFar)
    {
        // It keeps nobody waiting but itself.
    }

    private protected override ValueTask RaiseOpenAsync()
    {
        Action? handlers;
        lock (_gate)
        {
            _isOpenRaised = true;

            // WHATWG: who has closed meanwhile is not told that it is open.
            handlers = ReadyState == ReadyState.Open ? _onOpen : null;
        }

        handlers?.Invoke();
        return IsListening ? default : new ValueTask(Task.Delay(PatienceForHandlers, _options.TimeProvider));
    }

    // WHATWG: close() takes 1000 and the codes of applications; the others are the protocol's.
    private protected override void ValidateCloseCode(CloseCode code)
    {
        if ((int)code is not (1000 or (>= 3000 and <= 4999)))
        {
            throw new ArgumentException($"A client closes with 1000 or a code from 3000 to 4999, not with {(int)code} (WHATWG: InvalidAccessError).", nameof(code));
        }
    }

    private protected override void CloseWith(CloseCode code, string reason)
    {
        if (!TryCancelConnecting())
        {
            base.CloseWith(code, reason);
        }
    }

    // WHATWG: what we found wrong is not told as a close code, for a page could learn of other sites by it: the code is 1006.
    private protected override void End(CloseOutcome outcome)
    {
        _pulse?.Dispose();
        try
        {
            if (!outcome.WasClean)
            {
                OnError?.Invoke(outcome.Reason);
            }
        }
        finally
        {
            base.End(outcome.WasClean ? outcome : outcome with { Code = Switchboard.CloseCode.AbnormalClosure });
        }
    }

    private async Task ConnectAsync()
    {
        ITransport? transport = null;
        try
        {
            var factory = _options.Transport ?? SocketTransportFactory.Instance;
            transport = await factory.ConnectAsync(_url.EndPoint, _connecting.Token).ConfigureAwait(false);
            transport = _url.IsSecure ? ClientTls.Wrap(transport, _url.HostName, _options.Tls) : transport;
            var opening = new ClientOpening(transport, (subprotocol, deflate, early) => Open(transport, subprotocol, deflate, early), Fail);

            // Ends the handshake at the deadline, or when the application has had enough.
            _connecting.Token.UnsafeRegister(
                _ =>
                {
                    Fail(TooLate, null);
                    transport.Abort();
                },
                null);
            opening.Start(_url, _options);
        }
        catch (Exception e)
        {
            // DNS, TCP, a header that HTTP does not allow: all of it is told by OnError and OnClose, as in a browser.
            transport?.Abort();
            Fail(e is OperationCanceledException ? TooLate : e.Message, e);
        }
    }

    private void Open(ITransport transport, string subprotocol, PermessageDeflate? deflate, Span<byte> early)
    {
        ConnectionDriver driver;
        lock (_gate)
        {
            if (_isClosing || _connecting.IsCancellationRequested)
            {
                deflate?.Dispose();
                transport.Abort();
                ThreadPool.QueueUserWorkItem(_ => Fail("The connection was closed while it was connecting.", null));
                return;
            }

            // From here on the deadline is not to abort the transport.
            _connecting.Dispose();
            Protocol = subprotocol;
            _pulse = new Pulse(
                _options.TimeProvider, _options.CloseTimeout > TimeSpan.Zero ? _options.CloseTimeout : _options.PingInterval, _logger);
            driver = new ConnectionDriver(transport, Role.Client, ToSettings(_pulse), this, Id, deflate);
            Attach(driver);
        }

        driver.Open(early, Receiving.Now);
    }

    /// <returns>False if the connection was made: it is to be closed instead.</returns>
    private bool TryCancelConnecting()
    {
        lock (_gate)
        {
            if (Driver is not null)
            {
                return false;
            }

            if (_isClosing)
            {
                return true;
            }

            _isClosing = true;
        }

        // WHATWG: CLOSING at once; error and close follow, not on the caller's stack.
        ThreadPool.QueueUserWorkItem(_ => Fail("The connection was closed while it was connecting.", null));
        return true;
    }

    private void Fail(string reason, Exception? cause)
    {
        lock (_gate)
        {
            // What was connected ends as a connection, whatever the deadline says at the same moment.
            if (_isFailed || Driver is not null)
            {
                return;
            }

            _isFailed = true;
            _isClosing = true;
        }

        // Ends whatever is still under way; nobody else disposes it after a failure.
        _connecting.Cancel();
        _connecting.Dispose();

        // The handlers are the user's, and there is no connection yet that would answer for what they throw.
        new HandlerContext(this).Send(_ => End(CloseOutcome.Abnormal(reason, cause)), null);
    }

    private void ThrowIfConnecting()
    {
        if (ReadyState == ReadyState.Connecting)
        {
            throw new InvalidOperationException("The connection is still connecting: send from OnOpen on (WHATWG: InvalidStateError).");
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
