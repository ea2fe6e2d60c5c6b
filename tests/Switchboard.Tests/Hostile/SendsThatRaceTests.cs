using Switchboard.Tests.Support;

namespace Switchboard.Tests.Hostile;

/// <summary>CVE-2022-25762, CVE-2024-23672: sends that race with a close, and peers that never answer one.</summary>
[Collection(nameof(Alone))]
public sealed class SendsThatRaceTests
{
    private const int Threads = 64;
    private const int AtOnce = 200;

    [Fact]
    public async Task CVE_2022_25762_and_CVE_2024_23672_64_threads_send_while_close_runs_10000_rounds()
    {
        var endings = new System.Collections.Concurrent.ConcurrentDictionary<long, Ending>();
        await using var test = TestServer.Start(socket => endings[socket.Id] = Ending.Of(socket));
        for (var round = 0; round < 10_000; round += AtOnce)
        {
            var peers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => test.OpenAsync()));
            await Eventually.IsTrue(() => test.Server.Clients.Count == AtOnce);
            WebSocketConnection[] sockets = [.. test.Server.Clients];

            Race(sockets);
            await Task.WhenAll(peers.Select(EndAsync));

            await Eventually.IsTrue(() => test.Server.Clients.Count == 0);
            Assert.All(sockets, socket =>
            {
                Assert.True(socket.WasClean);
                Assert.Equal(CloseCode.NormalClosure, socket.CloseCode);
                Assert.False(socket.Send("late"));
            });
        }

        await Eventually.IsTrue(() => endings.Values.All(ending => ending.Count > 0));
        Assert.Equal(10_000, endings.Count);
        Assert.All(endings.Values, ending => Assert.Equal(1, ending.Count));
        Assert.Empty(test.Log.TextsOf(1000));
    }

    [Fact]
    public async Task CVE_2022_25762_and_CVE_2024_23672_in_the_client_too()
    {
        await using var server = TestServer.Start((ServerWebSocket _) => { });
        for (var round = 0; round < 5; round++)
        {
            var clients = Enumerable.Range(0, AtOnce)
                .Select(_ => new WebSocket($"ws://localhost:{server.Server.Port}/", new WebSocketClientOptions { Transport = server.Network })).ToArray();
            var endings = clients.Select(Ending.Of).ToArray();
            foreach (var client in clients)
            {
                await client.IsOpen();
            }

            Race(clients);

            Assert.All(await Task.WhenAll(endings.Select(ending => ending.First)), told => Assert.Equal(CloseCode.NormalClosure, told.Code));
            Assert.All(endings, ending => Assert.Equal(1, ending.Count));
            await Eventually.IsTrue(() => server.Server.Clients.Count == 0);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CVE_2022_25762_and_CVE_2024_23672_a_peer_that_never_answers_a_close_is_cut_at_the_close_timeout(bool goesOnSending)
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();
        var ending = Ending.Of(socket);

        socket.Close(CloseCode.NormalClosure, "bye");
        for (var i = 0; i < 8; i++)
        {
            if (goesOnSending)
            {
                peer.Send(Frame.OfText("never mind"));
            }

            test.Pass(0.5);
            Assert.Equal(0, ending.Count);
        }

        test.Pass(3);
        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await peer.Closed.InTime();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 0);
    }

    [Fact]
    public async Task CVE_2022_25762_and_CVE_2024_23672_a_server_that_never_answers_a_close_is_cut_at_the_close_timeout()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var hostile = new HostileServer(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
            network: new Transports.Memory.MemoryNetwork(clock));
        var client = new WebSocket(
            $"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network, TimeProvider = clock });
        var ending = Ending.Of(client);
        await client.IsOpen();

        client.Close(CloseCode.NormalClosure);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((0, ReadyState.Closing), (ending.Count, client.ReadyState));
        clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await (await hostile.Peer).Closed.InTime();
    }

    // All threads send to all of them, in the same order; one of them closes each, at another place among its sends.
    private static void Race(WebSocketConnection[] sockets)
    {
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < sockets.Length; i++)
            {
                if (number == i % Threads)
                {
                    sockets[i].Close(CloseCode.NormalClosure, "done");
                }

                sockets[i].Send("from a thread");
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    // Whatever comes is whole, and a close is the last of it.
    private static async Task EndAsync(RawPeer peer)
    {
        var frame = await peer.NextAsync();
        while (frame is { Opcode: Frame.TextOpcode })
        {
            Assert.Equal("from a thread", frame.Text);
            frame = await peer.NextAsync();
        }

        Assert.Equal((1000, "done"), (frame?.CloseCode, frame?.CloseReason));
        peer.Send(Frame.Close(1000));
        Assert.Empty(await peer.RestAsync());
    }
}
