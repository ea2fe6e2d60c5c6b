using Switchboard.Tests.Support;

namespace Switchboard.Tests.Memory;

/// <summary>What connections pin together, and who is closed when it is too much.</summary>
public sealed class MemoryBudgetTests
{
    private const int Limit = 512 * 1024;

    private readonly MemoryBudget _budget = new() { MaxPinnedBytes = Limit };

    [Fact]
    public async Task An_unfinished_message_counts_until_it_is_finished()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send("done"), With());
        var peer = await test.OpenAsync();

        peer.Send(Beginning(announced: 50_000, sent: 20_000));
        await Eventually.IsTrue(() => _budget.PinnedBytes is >= 20_000 and <= 160_000);
        peer.Send(new byte[30_000]);
        Assert.Equal("done", await peer.NextTextAsync());
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task An_unfinished_message_counts_no_more_when_its_connection_has_ended()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { }, With());
        var peer = await test.OpenAsync();

        peer.Send(Beginning(announced: 50_000, sent: 20_000));
        await Eventually.IsTrue(() => _budget.PinnedBytes > 0);
        peer.Abort();
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task Half_a_handshake_counts()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { }, With());
        var peer = await test.ConnectAsync();

        peer.Send(RawPeer.Request()[..100]);
        await Eventually.IsTrue(() => _budget.PinnedBytes > 0);
        peer.Send(RawPeer.Request()[100..]);
        await peer.Head.InTime();
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task A_backlog_counts_until_it_is_read()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { }, With());
        var (peer, socket) = await test.OpenPausedAsync();

        for (var i = 0; i < 20; i++)
        {
            socket.Send(new byte[10_000]);
        }

        Assert.InRange(_budget.PinnedBytes, 100_000, 200_100);
        peer.ReadOn();
        await Eventually.IsTrue(() => socket.BufferedAmount == 0 && _budget.PinnedBytes == 0);
    }

    [Theory]
    [InlineData(HandlerThread.Transport)]
    [InlineData(HandlerThread.ThreadPool)]
    public async Task The_largest_unfinished_message_goes_first(HandlerThread thread)
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message), With() with { HandlersRunOn = thread });
        var large = await test.OpenAsync();
        var small = new List<RawPeer>();
        large.Send(Beginning(announced: 1_000_000, sent: 40_000));
        await Eventually.IsTrue(() => _budget.PinnedBytes >= 40_000);
        for (var i = 0; i < 20 && test.Log.Count(1007) == 0; i++)
        {
            var before = _budget.PinnedBytes;
            var peer = await test.OpenAsync();
            peer.Send(Beginning(announced: 12_000, sent: 4000));
            small.Add(peer);
            await Eventually.IsTrue(() => _budget.PinnedBytes != before);
        }

        Assert.Equal((1013, "Memory is short here, and this connection held most of it."), await large.NextCloseAsync());
        Assert.Equal(1, test.Log.Count(1007));
        Assert.True(_budget.PinnedBytes <= Limit);
        foreach (var peer in small)
        {
            peer.Send(new byte[8000]);
            Assert.Equal(12_000, (await peer.NextAsync())!.Payload.Length);
        }
    }

    [Fact]
    public async Task The_largest_backlog_is_cut()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message), With());
        var fair = await test.OpenAsync();
        var peer = await RawPeer.OpenPausedAsync(test.Network, test.Server.Port);
        await Eventually.IsTrue(() => test.Server.Clients.Count == 2);
        var socket = test.Server.Clients.Last();
        var ending = Ending.Of(socket);

        for (var i = 0; i < 80 && socket.Send(new byte[10_000]); i++)
        {
        }

        Assert.Equal(CloseCode.TryAgainLater, (await ending.First).Code);
        Assert.Contains("a backlog", Assert.Single(test.Log.TextsOf(1007)), StringComparison.Ordinal);
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
        fair.Send(Frame.OfText("still there"));
        Assert.Equal("still there", await fair.NextTextAsync());
        peer.Abort();
    }

    [Fact]
    public async Task A_broadcast_to_those_that_read_closes_nobody()
    {
        const int clients = 100;
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", Memory = _budget });
        server.Start();
        var readers = Enumerable.Range(0, clients).Select(_ => BlockingClient.Open(server.Port)).ToList();
        await Eventually.IsTrue(() => server.Clients.Count == clients);
        var news = new byte[100_000];
        var reading = Task.WhenAll(readers.Select(reader => Task.Factory.StartNew(
            () => reader.Receive(new byte[2 * (10 + news.Length)]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        // Twenty times the budget, if each reader's copy counted; and there is none.
        Assert.Equal(clients, server.Broadcast(news));
        Assert.Equal(clients, server.Broadcast(news));
        await reading.InTime();
        Assert.Equal(clients, server.Clients.Count);
        readers.ForEach(reader => reader.Reset());
    }

    [Fact]
    public async Task A_message_that_nobody_listens_for_yet_counts()
    {
        var release = new TaskCompletionSource();
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (_, _) => await release.Task, With());
        var peer = await test.OpenAsync();

        peer.Send(new Frame(2, new byte[50_000]));
        await Eventually.IsTrue(() => _budget.PinnedBytes >= 50_000);
        release.SetResult();
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task Bytes_that_wait_for_a_handler_count()
    {
        var release = new TaskCompletionSource();
        await using var test = TestServer.Start(socket => socket.OnMessageAsync += async _ => await release.Task, With());
        var peer = await test.OpenAsync();

        peer.Send(Enumerable.Range(0, 100).Select(_ => Frame.OfText(new string('x', 200))).ToArray());
        await Eventually.IsTrue(() => _budget.PinnedBytes >= 1000);
        release.SetResult();
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task A_hostile_server_is_within_the_budget_of_the_client_too()
    {
        var budget = new MemoryBudget { MaxPinnedBytes = 32 * 1024 };
        await using var test = TestServer.Start(socket => socket.Send(new byte[100_000], compress: false), With());
        var closed = new TaskCompletionSource<CloseCode>();
        await using var client = new WebSocket(
            $"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network, Memory = budget });
        client.OnMessage += message => Assert.Fail("It is more than may be held.");
        client.OnClose += (code, _) => closed.TrySetResult(code);

        Assert.Equal(CloseCode.AbnormalClosure, await closed.Task.InTime());
        await Eventually.IsTrue(() => budget.PinnedBytes == 0);
    }

    [Fact]
    public void A_limit_is_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _budget.MaxPinnedBytes = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => _budget.MaxWindowBytes = -1);
    }

    [Fact]
    public void The_defaults_follow_from_the_memory_that_there_is()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

        Assert.Equal(available / 4, MemoryBudget.Process.MaxPinnedBytes);
        Assert.Equal(available / 16, MemoryBudget.Process.MaxWindowBytes);
    }

    private WebSocketServerOptions With() => new() { Memory = _budget };

    // A frame of which the rest is still to come; its key is zero, so any bytes go on with it.
    private static byte[] Beginning(int announced, int sent) =>
    [
        .. announced > ushort.MaxValue
            ? (byte[])[0x82, 0xFF, 0, 0, 0, 0, (byte)(announced >> 24), (byte)(announced >> 16), (byte)(announced >> 8), (byte)announced]
            : [0x82, 0xFE, (byte)(announced >> 8), (byte)announced],
        0, 0, 0, 0, .. new byte[sent],
    ];
}
