using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Addresses;
using Switchboard.Connections;
using Switchboard.Diagnostics;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Handshake;
using Switchboard.Server;
using Switchboard.Tls;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>
/// Listens, and raises <see cref="OnConnection"/> with each client. <see cref="Clients"/> has them all, <see cref="Broadcast(string, Func{ServerWebSocket, bool}?, bool)"/>
/// reaches them all, and <see cref="StopAsync"/> lets them go in good order. Safe from any thread.
/// </summary>
public sealed class WebSocketServer : IAsyncDisposable, IHandshakeHost
{
    private readonly WebSocketServerOptions _options;
    private readonly ILogger _logger;
    private readonly Pulse _pulse;
    private readonly ConnectionSettings _settings;
    private readonly DeflateAcceptor? _compression;
    private readonly AddressBook? _addresses;
    private readonly ProxyTrust? _proxies;
    private readonly HandshakesUnderWay _handshakes = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServerTls? _tls;
    private List<ITransportListener> _listeners = [];
    private int _state;

    /// <summary>Makes a server; <see cref="Start"/> or <see cref="RunAsync"/> opens it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public WebSocketServer(WebSocketServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, IPEndPoint.MaxPort);
        _options = options;
        _logger = options.LoggerFactory?.CreateLogger<WebSocketServer>() ?? NullLogger<WebSocketServer>.Instance;
        _compression = options.ToAcceptor();
        _addresses = options.ToAddressBook();
        _proxies = options.Proxies is { } proxies ? new ProxyTrust(proxies, ListenAddress.IsFile(options.Host)) : null;
        _pulse = new Pulse(options.TimeProvider, options.ShortestTimeout(options.HandshakeTimeout), _logger);
        _settings = options.ToSettings(_pulse, _logger) with { NameOfOpening = () => HandlerName.Of(OnConnection, OnConnectionAsync) };
    }

    /// <summary>
    /// A client has connected. Attach handlers to the socket here: its first message is handed up when this has returned. An
    /// async lambda is fine: messages wait until it has attached a handler, or ended, and what it throws ends its connection.
    /// </summary>
    public event Action<ServerWebSocket, WebSocketRequest>? OnConnection;

    /// <summary>
    /// A client has connected, for handlers that are asynchronous, such as a loop over <see cref="WebSocketConnection.Messages"/>.
    /// What one throws ends its connection with 1011.
    /// </summary>
    [SuppressMessage("Naming", "CA1710", Justification = "The suffix says that the handler is asynchronous.")]
    public event Func<ServerWebSocket, WebSocketRequest, Task>? OnConnectionAsync;

    /// <summary>The clients that are connected now.</summary>
    public ClientCollection Clients { get; } = new();

    /// <summary>The addresses that are listened on; none before the start and after the stop.</summary>
    public IReadOnlyList<EndPoint> LocalEndPoints => [.. _listeners.Select(listener => listener.LocalEndPoint)];

    /// <summary>The port that is listened on: the one of the options, or the one that the system chose.</summary>
    /// <exception cref="InvalidOperationException">The server is not started, or it listens on a Unix domain socket, which has none.</exception>
    public int Port => _listeners switch
    {
        [{ LocalEndPoint: IPEndPoint endPoint }, ..] => endPoint.Port,
        [] => throw new InvalidOperationException("The server is not started, so it has no port yet."),
        _ => throw new InvalidOperationException($"The server listens on {_options.Host}, which has no port."),
    };

    Pulse IHandshakeHost.Pulse => _pulse;

    ILogger IHandshakeHost.Logger => _logger;

    HandshakesUnderWay IHandshakeHost.Handshakes => _handshakes;

    ConnectionSettings IHandshakeHost.Settings => _settings;

    TimeSpan IHandshakeHost.HandshakeTimeout => _options.HandshakeTimeout;

    ServerTls? IHandshakeHost.Tls => _tls;

    ProxyTrust? IHandshakeHost.Proxies => _proxies;

    IReadOnlyCollection<string> IHandshakeHost.Subprotocols => _options.Subprotocols;

    AddressBook? IHandshakeHost.Addresses => _addresses;

    DeflateAcceptor? IHandshakeHost.Compression => _compression;

    /// <summary>Begins to listen. When it returns, clients can connect.</summary>
    /// <exception cref="IOException">The address is in use, or is not ours.</exception>
    /// <exception cref="Transports.Tls.TlsException">A certificate is not there, or cannot be used; it is an <see cref="IOException"/> too.</exception>
    /// <exception cref="InvalidOperationException">The server was started before.</exception>
    public void Start()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            throw new InvalidOperationException("A server can be started once. Make a new one to listen again.");
        }

        var transport = _options.Transport ?? DefaultTransport.Factory;
        try
        {
            _tls = _options.Tls is { } secure ? new ServerTls(secure, _options.TimeProvider, _logger) : null;
            _listeners = ListenAddress.Listen(transport, _options.Host, _options.Port, _options.ListenBacklog);
        }
        catch
        {
            // It was not started, so it may be tried again, when the address is free.
            Interlocked.CompareExchange(ref _state, 0, 1);
            throw;
        }

        foreach (var listener in _listeners)
        {
            listener.Start(accepted => new OpeningHandshake(accepted, this).Start());
            Log.Listening(_logger, ListenAddress.ToText(listener.LocalEndPoint, _tls is not null, _options.Path ?? "/"));
        }
    }

    /// <summary>
    /// Runs until Ctrl-C, SIGTERM, the token, or <see cref="StopAsync"/>, then stops in good order. Starts the server if it is
    /// not started.
    /// </summary>
    /// <inheritdoc cref="Start"/>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _state) == 0)
        {
            Start();
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void End(PosixSignalContext context)
        {
            // The process is not to end before its clients were told.
            context.Cancel = true;
            ended.TrySetResult();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var cancel = cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), ended);
        await Task.WhenAny(ended.Task, _stopped.Task).ConfigureAwait(false);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops listening, tells every client that the server goes away (1001), and waits until they are gone, at most for the close
    /// timeout; who is left then is cut.
    /// </summary>
    /// <param name="cancellationToken">Cuts the waiting short, and the clients.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _state, 2) != 2)
        {
            foreach (var listener in _listeners)
            {
                await listener.DisposeAsync().ConfigureAwait(false);
            }

            _listeners = [];
            if (Clients.Count > 0)
            {
                Log.Stopping(_logger, Clients.Count);
            }

            var refusing = _handshakes.StopAsync(cancellationToken);
            await SayGoodbyeAsync(cancellationToken).ConfigureAwait(false);
            await refusing.ConfigureAwait(false);

            // Those whose handshake was accepted when all others had gone.
            await SayGoodbyeAsync(cancellationToken).ConfigureAwait(false);
            _pulse.Dispose();
            _stopped.TrySetResult();
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    /// <summary>Sends a text message to all clients, framed once.</summary>
    /// <inheritdoc cref="ClientCollection.Broadcast(string, Func{ServerWebSocket, bool}?, bool)"/>
    public int Broadcast(string text, Func<ServerWebSocket, bool>? filter = null, bool compress = true) => Clients.Broadcast(text, filter, compress);

    /// <summary>Sends a message to all clients, framed once.</summary>
    /// <inheritdoc cref="ClientCollection.Broadcast(ReadOnlySpan{byte}, MessageType, Func{ServerWebSocket, bool}?, bool)"/>
    public int Broadcast(
        ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, Func<ServerWebSocket, bool>? filter = null, bool compress = true) =>
        Clients.Broadcast(data, type, filter, compress);

    /// <summary>Stops the server.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    private Task SayGoodbyeAsync(CancellationToken cancellationToken) =>
        Clients.CloseAllAsync(CloseCode.GoingAway, "The server goes away.", cancellationToken);

    HandshakeRefusal? IHandshakeHost.Judge(RequestHead request, string host)
    {
        if (Volatile.Read(ref _state) == 2)
        {
            return new HandshakeRefusal(503, "The server is stopping.");
        }

        if (_options.Path is { } path && WebSocketRequest.PathOf(request.Target, out _) != path)
        {
            return new HandshakeRefusal(404, "There is nothing at this path.");
        }

        return _options.Origins.Allows(request.Headers.Find("Origin"), host)
            ? null
            : new HandshakeRefusal(403, "Pages from this origin may not connect here.");
    }

    bool IHandshakeHost.AsksHook => _options.OnHandshake is not null;

    ValueTask<HandshakeDecision> IHandshakeHost.DecideAsync(WebSocketRequest request, CancellationToken cancellationToken) =>
        HandshakeHook.AskAsync(_options, request, _logger, cancellationToken);

    string IHandshakeHost.NameOfHook => HandlerName.Of(_options.OnHandshake);

    ServerWebSocket IHandshakeHost.CreateSocket(WebSocketRequest request, string subprotocol, AddressBook.Place? place, EndPoint? client) =>
        new(Clients, place, subprotocol, socket => RaiseConnection(socket, request)) { Client = client };

    private ValueTask RaiseConnection(ServerWebSocket socket, WebSocketRequest request)
    {
        OnConnection?.Invoke(socket, request);
        return OnConnectionAsync is { } handlers ? RaiseConnectionAsync(handlers, socket, request) : default;
    }

    private static async ValueTask RaiseConnectionAsync(
        Func<ServerWebSocket, WebSocketRequest, Task> handlers, ServerWebSocket socket, WebSocketRequest request)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(handlers))
        {
            await handler(socket, request).ConfigureAwait(true);
        }
    }
}
