using Switchboard.Tests.Support;

namespace Switchboard.Tests.Streams;

/// <summary>RFC 6455 §5.5.2, §5.5.3: how long a message takes there and back.</summary>
public sealed class PingAsyncTests
{
    private readonly List<byte[]> _pongs = [];

    [Fact]
    public async Task Tells_the_time_until_the_pong_came()
    {
        var (test, peer, socket) = await OpenAsync();
        await using var _ = test;

        var ping = socket.PingAsync(TestContext.Current.CancellationToken);
        var sent = await peer.NextAsync();
        Assert.Equal(Frame.PingOpcode, sent!.Opcode);
        Assert.False(ping.IsCompleted);
        test.Clock.Advance(TimeSpan.FromMilliseconds(120));
        peer.Send(new Frame(Frame.PongOpcode, sent.Payload));

        Assert.Equal(TimeSpan.FromMilliseconds(120), await ping.InTime());
        Assert.Empty(_pongs);
    }

    [Fact]
    public async Task A_peer_that_answers_only_the_last_of_several_has_answered_them_all()
    {
        var (test, peer, socket) = await OpenAsync();
        await using var _ = test;

        var first = socket.PingAsync(TestContext.Current.CancellationToken);
        await peer.NextAsync();
        test.Clock.Advance(TimeSpan.FromMilliseconds(10));
        var second = socket.PingAsync(TestContext.Current.CancellationToken);
        var answered = await peer.NextAsync();
        var third = socket.PingAsync(TestContext.Current.CancellationToken);
        var last = await peer.NextAsync();
        test.Clock.Advance(TimeSpan.FromMilliseconds(5));
        peer.Send(new Frame(Frame.PongOpcode, answered!.Payload));

        Assert.Equal(TimeSpan.FromMilliseconds(15), await first.InTime());
        Assert.Equal(TimeSpan.FromMilliseconds(5), await second.InTime());
        Assert.False(third.IsCompleted);
        peer.Send(new Frame(Frame.PongOpcode, last!.Payload));
        Assert.Equal(TimeSpan.FromMilliseconds(5), await third.InTime());
    }

    [Fact]
    public async Task Pings_of_the_application_and_of_the_heartbeat_are_others()
    {
        var (test, peer, socket) = await OpenAsync();
        await using var _ = test;

        var ping = socket.PingAsync(TestContext.Current.CancellationToken);
        var sent = await peer.NextAsync();
        socket.Ping("mine"u8);
        Assert.Equal("mine"u8.ToArray(), (await peer.NextAsync())!.Payload);
        await test.Clock.PassUntil(() => peer.Bursts > 3);
        Assert.Empty((await peer.NextAsync())!.Payload);
        peer.Send(new Frame(Frame.PongOpcode, "mine"u8.ToArray()), new Frame(Frame.PongOpcode, []), new Frame(Frame.PongOpcode, sent!.Payload[..^1]));
        await Eventually.IsTrue(() => _pongs.Count == 3);
        Assert.False(ping.IsCompleted);

        peer.Send(new Frame(Frame.PongOpcode, sent.Payload));
        await ping.InTime();
        peer.Send(new Frame(Frame.PongOpcode, sent.Payload));
        await Eventually.IsTrue(() => _pongs.Count == 4); // Nobody waits for it any more.
        Assert.Equal("mine"u8.ToArray(), _pongs[0]);
    }

    [Fact]
    public async Task The_end_of_the_connection_ends_it()
    {
        var (test, peer, socket) = await OpenAsync();
        await using var _ = test;

        var ping = socket.PingAsync(TestContext.Current.CancellationToken);
        await peer.NextAsync();
        peer.Send(Frame.Close(4003, "gone"));
        var failure = await Assert.ThrowsAsync<ConnectionClosedException>(() => ping.InTime());
        Assert.Equal(((CloseCode)4003, "gone"), (failure.CloseCode, failure.CloseReason));

        await socket.Closed.InTime();
        failure = await Assert.ThrowsAsync<ConnectionClosedException>(() => socket.PingAsync(TestContext.Current.CancellationToken));
        Assert.Equal((CloseCode)4003, failure.CloseCode);
    }

    [Fact]
    public async Task While_the_connection_closes_there_is_none()
    {
        var (test, peer, socket) = await OpenAsync();
        await using var _ = test;

        socket.Close((CloseCode)4004);
        await Assert.ThrowsAsync<ConnectionClosedException>(() => socket.PingAsync(TestContext.Current.CancellationToken));
        Assert.Equal((4004, ""), await peer.AnswerCloseAsync());
    }

    [Fact]
    public async Task Its_token_ends_the_waiting()
    {
        var (test, peer, socket) = await OpenAsync();
        await using var _ = test;
        using var cancelling = new CancellationTokenSource();

        var ping = socket.PingAsync(cancelling.Token);
        var sent = await peer.NextAsync();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ping.InTime());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.PingAsync(cancelling.Token));

        // The next one is not disturbed by the pong of the one that was given up.
        var next = socket.PingAsync(TestContext.Current.CancellationToken);
        peer.Send(new Frame(Frame.PongOpcode, sent!.Payload));
        await Eventually.IsTrue(() => _pongs.Count == 1);
        Assert.False(next.IsCompleted);
        peer.Send(new Frame(Frame.PongOpcode, (await peer.NextAsync())!.Payload));
        await next.InTime();
    }

    [Fact]
    public async Task A_client_that_is_connecting_has_nobody_to_ping()
    {
        await using var server = new HostileServer(answer: null);
        var client = new WebSocket($"ws://127.0.0.1:{server.Port}/", new WebSocketClientOptions { Transport = server.Network });

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.PingAsync(TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(() => client.OpenMessage(MessageType.Text));
        client.Close();
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.PingAsync(TestContext.Current.CancellationToken));
        Assert.Throws<ConnectionClosedException>(() => client.OpenMessage(MessageType.Text));
        await client.Closed.InTime();
        Assert.False(await client.SendAsync(new MemoryStream(), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Many_threads_ping_at_once_from_both_ends()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        await using var client = new WebSocket(
            $"ws://127.0.0.1:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network, TimeProvider = test.Clock });
        await client.IsOpen();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();

        var pings = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(
            () => (i % 2 == 0 ? socket : (WebSocketConnection)client).PingAsync(TestContext.Current.CancellationToken)))).InTime();
        Assert.All(pings, time => Assert.Equal(TimeSpan.Zero, time));
    }

    private async Task<(TestServer Test, RawPeer Peer, ServerWebSocket Socket)> OpenAsync()
    {
        var test = TestServer.Start(socket => socket.OnPong += payload => _pongs.Add(payload.ToArray()));
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        return (test, peer, test.Server.Clients.Single());
    }
}
