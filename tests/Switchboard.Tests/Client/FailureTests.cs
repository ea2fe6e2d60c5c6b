using System.Net;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Tests.Support;
using Switchboard.Transports;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Client;

/// <summary>Why a connection failed, on a member of its own; and the exception of a client that waits.</summary>
public sealed class FailureTests
{
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";

    [Fact]
    public async Task A_name_without_an_address()
    {
        var failure = await FailureOf("ws://nobody.invalid/");

        Assert.Equal(FailureKind.NameResolution, failure.Kind);
        Assert.Contains("nobody.invalid", failure.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(failure.Exception, exactMatch: false);
    }

    [Fact]
    public async Task A_port_where_nobody_listens()
    {
        var listener = SocketTransportFactory.Instance.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        var port = ((IPEndPoint)listener.LocalEndPoint).Port;
        await listener.DisposeAsync();

        var failure = await FailureOf($"ws://127.0.0.1:{port}/");

        Assert.Equal(FailureKind.Connect, failure.Kind);
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_comes_with_its_headers()
    {
        await using var hostile = new HostileServer("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nX-A: 1\r\nX-A: 2\r\n\r\n");

        var failure = await FailureOf($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network });

        Assert.Equal((FailureKind.HttpStatus, HttpStatusCode.Unauthorized), (failure.Kind, failure.Status));
        Assert.Equal("Bearer", Assert.Single(failure.Headers, header => header.Key == "WWW-Authenticate").Value);
        Assert.Equal(["1", "2"], failure.Headers.Where(header => header.Key == "X-A").Select(header => header.Value));
    }

    [Fact]
    public async Task A_rule_of_the_handshake()
    {
        await using var hostile = new HostileServer(Accepted.Replace("{accept}", "bm90IHRoZSBrZXk=", StringComparison.Ordinal));

        var failure = await FailureOf($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network });

        Assert.Equal(FailureKind.Handshake, failure.Kind);
        Assert.Contains("Sec-WebSocket-Accept", failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.Status);
    }

    [Fact]
    public async Task The_connect_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var hostile = new HostileServer(answer: null);
        var failing = FailureOf(
            $"ws://localhost:{hostile.Port}/",
            new WebSocketClientOptions { Transport = hostile.Network, TimeProvider = clock, ConnectTimeout = TimeSpan.FromSeconds(3) });
        await hostile.Peer;

        clock.Advance(TimeSpan.FromSeconds(4));

        var failure = await failing;
        Assert.Equal(FailureKind.ConnectTimeout, failure.Kind);
        Assert.Contains("3 s", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F100", FailureKind.Protocol, 1002)]
    [InlineData("8101FF", FailureKind.Protocol, 1007)]
    [InlineData("827F0000000040000000", FailureKind.Limit, 1009)]
    public async Task A_rule_of_the_protocol_or_a_limit(string hex, FailureKind kind, int code)
    {
        await using var hostile = new HostileServer(Accepted);
        var client = await WebSocket.ConnectAsync(
            $"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network }, TestContext.Current.CancellationToken);
        client.OnMessage += _ => { };

        (await hostile.Peer).Send(Convert.FromHexString(hex));
        (await hostile.Peer).Shutdown();

        await client.Closed.InTime();
        Assert.Equal((kind, (CloseCode)code), (client.Failure!.Kind, client.Failure.Code));
        Assert.Equal((CloseCode.AbnormalClosure, ""), (client.CloseCode, client.CloseReason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_connection(bool isReset)
    {
        await using var hostile = new HostileServer(Accepted);
        var client = await WebSocket.ConnectAsync(
            $"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network }, TestContext.Current.CancellationToken);
        client.OnMessage += _ => { };

        if (isReset)
        {
            (await hostile.Peer).Abort();
        }
        else
        {
            (await hostile.Peer).Shutdown();
        }

        await client.Closed.InTime();
        Assert.Equal(FailureKind.ConnectionLost, client.Failure!.Kind);
        Assert.Equal(isReset, client.Failure.Exception is not null);
    }

    [Fact]
    public async Task An_abort_of_ones_own()
    {
        await using var test = TestServer.Start();
        var client = await WebSocket.ConnectAsync(
            $"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network }, TestContext.Current.CancellationToken);

        client.Abort();

        await client.Closed.InTime();
        Assert.Equal(FailureKind.Aborted, client.Failure!.Kind);
    }

    [Fact]
    public async Task None_if_it_ended_with_a_closing_handshake()
    {
        await using var test = TestServer.Start(socket => socket.Close(4001, "bye"));
        var client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });

        await client.Closed.InTime();

        Assert.Null(client.Failure);
        Assert.Equal(((CloseCode)4001, "bye", true), (client.CloseCode!.Value, client.CloseReason, client.WasClean));
    }

    [Fact]
    public async Task ConnectAsync_gives_a_connection_whose_first_message_is_not_missed()
    {
        await using var test = TestServer.Start(socket => socket.Send("welcome"));

        await using var client = await WebSocket.ConnectAsync(
            $"ws://localhost:{test.Server.Port}/",
            new WebSocketClientOptions { Transport = test.Network, TimeProvider = new FakeTimeProvider() }, TestContext.Current.CancellationToken);

        Assert.Equal(ReadyState.Open, client.ReadyState);
        await foreach (var message in client.Messages.WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.Equal("welcome", message.Text);
            break;
        }
    }

    [Fact]
    public async Task ConnectAsync_that_is_cancelled_leaves_no_connection()
    {
        await using var hostile = new HostileServer(answer: null);
        using var cancel = new CancellationTokenSource();
        var connecting = WebSocket.ConnectAsync($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network }, cancel.Token);
        var peer = await hostile.Peer;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await peer.Closed.InTime();
    }

    [Fact]
    public async Task A_failure_is_not_seen_before_its_event()
    {
        var page = new Unpumped();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(page);
        WebSocket client;
        try
        {
            client = new WebSocket("ws://localhost:2000/", new WebSocketClientOptions { Transport = new Transports.Memory.MemoryNetwork() });
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        await Eventually.IsTrue(() => !page.Waiting.IsEmpty);
        Assert.Equal(ReadyState.Connecting, client.ReadyState);
        Assert.Throws<InvalidStateErrorException>(() => client.Send("x"));
        Assert.True(page.Waiting.TryDequeue(out var task));
        task();
        Assert.Equal((ReadyState.Closed, FailureKind.Connect), (client.ReadyState, client.Failure?.Kind));
    }

    [Fact]
    public async Task A_TLS_that_cannot_begin_leaves_no_connection()
    {
        var certificate = TestCertificates.Client;
        var shown = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection(certificate);
        await using var hostile = new HostileServer(answer: null);
        var client = new WebSocket($"wss://localhost:{hostile.Port}/", new WebSocketClientOptions
        {
            Transport = new LastMoment(hostile.Network, shown.Clear),
            Tls = new ClientTlsOptions { ClientCertificate = shown },
            ConnectTimeout = TimeSpan.Zero,
        });

        await client.Closed.InTime();
        Assert.Equal(FailureKind.Tls, client.Failure?.Kind);
        await (await hostile.Peer).Closed.InTime();
    }

    [Theory]
    [InlineData("Host", "x")]
    [InlineData("sec-websocket-key", "x")]
    [InlineData("Connection", "close")]
    [InlineData("X", "a\r\nb: c")]
    [InlineData("X Y", "z")]
    public void A_header_that_is_not_the_applications_is_refused_at_once(string name, string value) =>
        Assert.Throws<ArgumentException>(() => new WebSocket("ws://localhost/", new WebSocketClientOptions { Headers = new Dictionary<string, string> { [name] = value } }));

    private sealed class Unpumped : SynchronizationContext
    {
        internal System.Collections.Concurrent.ConcurrentQueue<Action> Waiting { get; } = new();

        public override void Post(SendOrPostCallback d, object? state) => Waiting.Enqueue(() => d(state));
    }

    private static async Task<WebSocketFailure> FailureOf(string url, WebSocketClientOptions? options = null)
    {
        var exception = await Assert.ThrowsAsync<WebSocketConnectException>(
            () => WebSocket.ConnectAsync(url, options, TestContext.Current.CancellationToken).InTime());
        Assert.Equal(exception.Failure.Message, exception.Message);
        return exception.Failure;
    }

    /// <summary>Does something when all options were looked at, and before anything is connected.</summary>
    private sealed class LastMoment(ITransportFactory network, Action doing) : ITransportFactory
    {
        public ITransportListener Listen(EndPoint endPoint, int backlog) => network.Listen(endPoint, backlog);

        public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
        {
            doing();
            return network.ConnectAsync(endPoint, cancellationToken);
        }
    }
}
