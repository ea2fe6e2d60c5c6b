using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests;

/// <summary>aspnetcore#26482: a server that stops says so to each client, and nobody who answers sees 1006.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Tells_every_client_1001_and_waits_for_their_answers()
    {
        await using var test = TestServer.Start();
        var peers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => test.OpenAsync()));
        await Eventually.IsTrue(() => test.Server.Clients.Count == 50);
        var endings = test.Server.Clients.Select(Ending.Of).ToList();

        var stopping = test.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        foreach (var peer in peers)
        {
            Assert.Equal((1001, "The server goes away."), await peer.AnswerCloseAsync());
        }

        await stopping.InTime();
        foreach (var ending in endings)
        {
            Assert.Equal(CloseCode.GoingAway, (await ending.First).Code);
        }

        Assert.Empty(test.Server.Clients);
        Assert.Empty(test.Server.LocalEndPoints);
    }

    [Fact]
    public async Task Cuts_at_the_close_timeout_who_does_not_answer()
    {
        await using var test = TestServer.Start();
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        var stopping = test.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1001, (await peer.NextCloseAsync()).Code);
        test.Pass(4);
        Assert.False(stopping.IsCompleted);
        test.Pass(3);

        await stopping.InTime();
        await peer.Closed.InTime();
    }

    [Fact]
    public async Task Cuts_at_once_when_its_token_says_so()
    {
        await using var test = TestServer.Start();
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        using var impatient = new CancellationTokenSource();

        var stopping = test.Server.StopAsync(impatient.Token);
        await impatient.CancelAsync();

        await stopping.InTime();
        await peer.Closed.InTime();
    }

    [Fact]
    public async Task Refuses_who_comes_after()
    {
        await using var test = TestServer.Start();
        var port = test.Server.Port;
        await test.Server.StopAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(() => RawPeer.ConnectAsync(test.Network, port));
        Assert.Throws<InvalidOperationException>(() => test.Server.Port);
        Assert.Throws<InvalidOperationException>(test.Server.Start);
    }

    [Fact]
    public async Task Can_be_asked_for_again_and_again()
    {
        await using var test = TestServer.Start();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => test.Server.StopAsync(TestContext.Current.CancellationToken))).InTime();
        await test.Server.StopAsync(TestContext.Current.CancellationToken);
        await test.Server.DisposeAsync();
    }

    [Fact]
    public async Task Before_the_start_is_fine()
    {
        var server = new WebSocketServer(new WebSocketServerOptions());
        await server.DisposeAsync();
        Assert.Throws<InvalidOperationException>(server.Start);
    }

    [Fact]
    public async Task Refuses_a_client_that_is_in_its_handshake()
    {
        await using var test = TestServer.Start();
        var silent = await test.ConnectAsync();
        var halfway = await test.ConnectAsync();
        halfway.Send("GET / HTTP/1.1\r\nHost: localhost\r\n");

        var stopping = test.Server.StopAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 503 ", await silent.Head.InTime(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 503 ", await halfway.Head.InTime(), StringComparison.Ordinal);
        await stopping.InTime();
    }

    [Fact]
    public async Task Cuts_a_client_in_its_handshake_that_does_not_go()
    {
        await using var test = TestServer.Start();
        var silent = await test.ConnectAsync();
        Assert.Single(test.Network.Links).FallSilent();

        var stopping = test.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        test.Pass(7);

        await stopping.InTime();
        Assert.False(silent.Head.IsCompleted);
    }

    [Fact]
    public async Task Does_not_wait_for_a_handshake_hook_and_lets_nobody_in_after()
    {
        var decision = new TaskCompletionSource<HandshakeDecision>();
        var asked = new TaskCompletionSource<CancellationToken>();
        var connections = 0;
        await using var test = TestServer.Start(
            (ServerWebSocket _) => Interlocked.Increment(ref connections),
            new WebSocketServerOptions
            {
                OnHandshake = (_, token) =>
                {
                    asked.SetResult(token);
                    return new(decision.Task);
                },
            });
        var peer = await test.ConnectAsync();
        peer.Send(RawPeer.Request());
        var token = await asked.Task.InTime();

        var stopping = test.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 503 ", await peer.Head.InTime(), StringComparison.Ordinal);
        await Eventually.IsTrue(() => token.IsCancellationRequested);
        decision.SetResult(HandshakeDecision.Accept);

        await stopping.InTime();
        Assert.Equal(0, connections);
        Assert.Empty(test.Server.Clients);
    }

    [Fact]
    public async Task May_be_awaited_inside_a_handler()
    {
        var isStopped = new TaskCompletionSource();
        await using var test = TestServer.Start(server => server.OnConnection += (socket, _) => socket.OnMessageAsync += async _ =>
        {
            await server.StopAsync();
            isStopped.SetResult();
        });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("stop"));

        Assert.Equal(1001, (await peer.AnswerCloseAsync()).Code);
        await isStopped.Task.InTime();
    }

    [Fact]
    public async Task Ends_RunAsync_and_so_does_its_token()
    {
        foreach (var byToken in new[] { true, false })
        {
            using var cancel = new CancellationTokenSource();
            var network = new MemoryNetwork();
            await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = network });

            var running = server.RunAsync(cancel.Token);
            var peer = await RawPeer.OpenAsync(network, server.Port);
            Assert.False(running.IsCompleted);
            var ending = byToken ? cancel.CancelAsync() : server.StopAsync(TestContext.Current.CancellationToken);

            Assert.Equal(1001, (await peer.AnswerCloseAsync()).Code);
            await running.InTime();
            await ending.InTime();
        }
    }

    [Fact]
    public async Task Tells_also_those_who_come_after_the_goodbye()
    {
        await using var test = TestServer.Start();
        var early = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        // The goodbye alone: a server that stops lets nobody in but whose handshake is being accepted at that very moment.
        var goodbye = test.Server.Clients.CloseAllAsync(CloseCode.GoingAway, "Later.", TestContext.Current.CancellationToken);
        Assert.Equal((1001, "Later."), await early.NextCloseAsync());
        var late = await test.OpenAsync();

        Assert.Equal((1001, "Later."), await late.AnswerCloseAsync());
        Assert.False(goodbye.IsCompleted);
        early.Send(Frame.Close(1001));
        await goodbye.InTime();
    }

    [Fact]
    public async Task While_clients_come_leaves_nobody_behind()
    {
        for (var round = 0; round < 500; round++)
        {
            await using var test = TestServer.Start();
            var port = test.Server.Port;
            var clients = Enumerable.Range(0, 20).Select(_ => Task.Run(
                () => new WebSocket($"ws://localhost:{port}/", new WebSocketClientOptions { Transport = test.Network }).Closed,
                TestContext.Current.CancellationToken)).ToArray();
            if (round % 2 == 0)
            {
                await Eventually.IsTrue(() => test.Server.Clients.Count > 0);
            }

            await test.Server.StopAsync(TestContext.Current.CancellationToken).InTime();

            await Task.WhenAll(clients).InTime();
            Assert.Empty(test.Server.Clients);
        }
    }
}
