using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using Switchboard.Addresses;
using Switchboard.Connections;
using Switchboard.Diagnostics;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Handshake;
using Switchboard.Transports;

namespace Switchboard.Server;

/// <summary>The server's side where another HTTP server reads the request and writes the answer: judges, opens, and lets go.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A pulse without targets stands still, and holds nothing to dispose.")]
internal sealed class UpgradeHost
{
    private static readonly HandshakeRefusal Stopping = new(503, "The server is stopping.");

    private readonly ServerWebSocketOptions _options;
    private readonly ILogger _logger;
    private readonly Pulse _pulse;
    private readonly ConnectionSettings _settings;
    private readonly DeflateAcceptor? _compression;
    private readonly AddressBook? _addresses;
    private volatile bool _isStopping;
    private Task _stopped = Task.CompletedTask;

    internal UpgradeHost(ServerWebSocketOptions options, ILogger logger)
    {
        options.Validate();
        _options = options;
        _logger = logger;
        _pulse = new Pulse(options.TimeProvider, options.ShortestTimeout(), logger);
        _settings = options.ToSettings(_pulse, logger);
        _compression = options.ToAcceptor();
        _addresses = options.ToAddressBook();
    }

    internal ClientCollection Clients { get; } = new();

    internal bool RunsHandlersOnPool => _options.HandlersRunOn == HandlerThread.ThreadPool;

    /// <summary>
    /// Says goodbye to all, waits until they are gone, and takes nobody new. Who is let in at this very moment is sent away after it,
    /// so the pulse, which keeps the close timeout, is not disposed: it stands still when the last one has gone. Called again, it also
    /// waits for those.
    /// </summary>
    internal Task StopAsync()
    {
        _isStopping = true;
        return _stopped = StopAfterAsync(_stopped);
    }

    /// <summary>Holds a request against the rules of the protocol, the limits for its address, the Origin policy and the application's hook.</summary>
    /// <returns>The answer. If it is accepted it is to be opened, or let go.</returns>
    internal async ValueTask<UpgradeAnswer> JudgeAsync(
        string method, string? connectProtocol, int minorVersion, string target, List<KeyValuePair<string, string>> headers,
        EndPoint? local, EndPoint? remote, object? hostContext, CancellationToken cancellationToken)
    {
        AddressBook.Place? place = null;
        UpgradeAnswer? answer = null;
        try
        {
            answer = _addresses?.Enter(remote, out place).ToRefusal() is { } tooMuch
                ? Refuse(remote, tooMuch)
                : await JudgeRequestAsync(
                    new RequestHead(method, target, minorVersion, new HeaderList(headers)) { ConnectProtocol = connectProtocol },
                    local, remote, hostContext, cancellationToken).ConfigureAwait(false);
            return answer.IsAccepted ? answer with { Place = place } : answer;
        }
        finally
        {
            if (answer is not { IsAccepted: true })
            {
                place?.Leave();
            }
        }
    }

    private async ValueTask<UpgradeAnswer> JudgeRequestAsync(
        RequestHead head, EndPoint? local, EndPoint? remote, object? hostContext, CancellationToken cancellationToken)
    {
        var refusal = ServerHandshake.Judge(head, out var valid) ?? JudgeHere(head);
        if (refusal is not null)
        {
            return Refuse(remote, refusal);
        }

        var request = new WebSocketRequest(head.Target, head.Headers, valid!.Subprotocols, local, remote) { HostContext = hostContext };
        var decision = await HandshakeHook.AskAsync(_options, request, _logger, cancellationToken).ConfigureAwait(false);
        if (decision.IsAccepted && _isStopping)
        {
            return Refuse(remote, Stopping);
        }

        return decision.IsAccepted
            ? new UpgradeAnswer
            {
                Request = request,
                AcceptKey = head.IsConnectToWebSocket ? "" : AcceptKey.For(valid.Key),
                Subprotocol = decision.Text ?? SubprotocolChoice.Choose(valid.Subprotocols, _options.Subprotocols),
                Deflate = _compression?.Accept(valid.Extensions),
            }
            : Refuse(remote, new HandshakeRefusal(decision.Status, decision.Text ?? ""));
    }

    /// <summary>Opens a connection over the transport of a request that was upgraded with this answer.</summary>
    /// <param name="answer">What the client was told.</param>
    /// <param name="transport">Not started.</param>
    /// <param name="onOpen">The connection's handler.</param>
    internal ServerWebSocket Open(UpgradeAnswer answer, ITransport transport, Func<ServerWebSocket, ValueTask> onOpen)
    {
        var client = answer.Request!.RemoteEndPoint;
        var socket = new ServerWebSocket(Clients, answer.Place, answer.Subprotocol ?? "", onOpen)
        {
            // The pipeline may have put it right.
            Client = Equals(client, transport.RemoteEndPoint) ? null : client,
        };
        var driver = new ConnectionDriver(transport, Role.Server, _settings, socket, socket.Id, answer.Deflate);
        socket.Attach(driver);
        driver.Open([], Receiving.NotStarted);
        answer.IsOpened = true;
        return socket;
    }

    /// <summary>Gives back what an answer holds, if nothing came of it.</summary>
    internal static void LetGoUnlessOpened(UpgradeAnswer answer)
    {
        if (!answer.IsOpened)
        {
            answer.Place?.Leave();
            answer.Deflate?.Dispose();
        }
    }

    private async Task StopAfterAsync(Task before)
    {
        await before.ConfigureAwait(false);
        if (Clients.Count > 0)
        {
            Log.Stopping(_logger, Clients.Count);
        }

        await Clients.CloseAllAsync(CloseCode.GoingAway, "The server goes away.", CancellationToken.None).ConfigureAwait(false);
    }

    private HandshakeRefusal? JudgeHere(RequestHead head) =>
        _isStopping ? Stopping
        : _options.Origins.Allows(head.Headers.Find("Origin"), head.Headers.Find("Host") ?? "") ? null
        : new HandshakeRefusal(403, "Pages from this origin may not connect here.");

    private UpgradeAnswer Refuse(EndPoint? remote, HandshakeRefusal refusal)
    {
        Log.HandshakeRefused(_logger, remote?.ToString() ?? "an unknown address", refusal.Status, refusal.Problem);
        return new UpgradeAnswer
        {
            Status = refusal.Status,
            Problem = refusal.Problem,
            HeaderName = refusal.HeaderName,
            HeaderValue = refusal.HeaderValue,
        };
    }
}

/// <summary>What to answer to a request: 101 (200 to a CONNECT, and no key) with perhaps a subprotocol, or an error.</summary>
internal sealed record UpgradeAnswer
{
    internal int Status { get; init; } = 101;

    internal bool IsAccepted => Status == 101;

    /// <summary>Whether a connection has it now.</summary>
    internal bool IsOpened { get; set; }

    internal WebSocketRequest? Request { get; init; }

    internal string AcceptKey { get; init; } = "";

    internal string? Subprotocol { get; init; }

    /// <summary>Its place among its address's connections, or null.</summary>
    internal AddressBook.Place? Place { get; init; }

    /// <summary>What was agreed on about compression, or null.</summary>
    internal PermessageDeflate? Deflate { get; init; }

    /// <summary>The value of Sec-WebSocket-Extensions, or null.</summary>
    internal string? Extensions => Deflate?.Header;

    internal string Problem { get; init; } = "";

    internal string? HeaderName { get; init; }

    internal string? HeaderValue { get; init; }
}
