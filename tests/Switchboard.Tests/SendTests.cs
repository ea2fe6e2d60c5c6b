using System.Collections.Concurrent;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests;

/// <summary>Sending from any thread, and what happens when the peer is slower than we are.</summary>
public sealed class SendTests
{
    private const int Threads = 64;

    [Fact]
    public async Task From_many_threads_no_frame_is_torn_and_each_thread_keeps_its_order()
    {
        const int each = 100;
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = int.MaxValue });
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();

        await OnThreads(Threads, thread =>
        {
            for (var i = 0; i < each; i++)
            {
                Assert.True(socket.Send($"{thread}:{i}:{new string('x', i * 7)}"));
            }
        });

        var next = new int[Threads];
        for (var i = 0; i < Threads * each; i++)
        {
            var parts = (await peer.NextTextAsync()).Split(':');
            var thread = int.Parse(parts[0], null);
            Assert.Equal(next[thread]++, int.Parse(parts[1], null));
            Assert.Equal((next[thread] - 1) * 7, parts[2].Length);
        }
    }

    [Fact]
    public async Task From_many_threads_while_others_close_neither_throws_nor_hangs_nor_tears()
    {
        for (var round = 0; round < 80; round++)
        {
            var endings = new ConcurrentQueue<Ending>();
            await using var test = TestServer.Start(socket => endings.Enqueue(Ending.Of(socket)));
            var peer = await test.OpenAsync();
            await Eventually.IsTrue(() => !endings.IsEmpty);
            var socket = test.Server.Clients.Single();
            var way = round % 4;

            await OnThreads(Threads, thread =>
            {
                for (var i = 0; i < 8; i++)
                {
                    socket.Send($"{thread}:{i}");
                    _ = socket.BufferedAmount;
                    if (thread == 0 && i == 4)
                    {
                        End(way, socket, peer);
                    }
                }
            });

            // Whatever came was whole, and nothing came behind the close frame.
            foreach (var (frame, index) in (await RestAfterAnswering(peer, way)).Select((frame, index) => (frame, index)))
            {
                Assert.True(frame.Opcode is Frame.TextOpcode or Frame.CloseOpcode);
                Assert.True(frame.Opcode == Frame.CloseOpcode || frame.Text.Contains(':', StringComparison.Ordinal), $"frame {index}");
            }

            await endings.Single().First;
            await Eventually.IsTrue(() => test.Server.Clients.Count == 0);
            Assert.Equal(1, endings.Single().Count);
            Assert.False(socket.Send("late"));
            Assert.False(await socket.SendAsync("late", TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Waiting_for_each_send_from_many_threads_completes_every_one()
    {
        // What one thread hands to the system may contain another's message: that one must be told as well.
        const int each = 50;
        await using var server = new WebSocketServer(new WebSocketServerOptions());
        server.Start();
        var received = 0;
        await using var client = new WebSocket($"ws://localhost:{server.Port}/");
        client.OnMessage += _ => Interlocked.Increment(ref received);
        await client.IsOpen();
        await Eventually.IsTrue(() => server.Clients.Count == 1);
        var socket = server.Clients.Single();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(
            async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    Assert.True(await socket.SendAsync($"{thread}:{i}", TestContext.Current.CancellationToken));
                    socket.Send("x");
                }
            },
            TestContext.Current.CancellationToken))).InTime();

        await Eventually.IsTrue(() => Volatile.Read(ref received) == 2 * Threads * each);
    }

    [Fact]
    public async Task Waiting_completes_in_order_as_the_peer_reads()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 100_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var order = new ConcurrentQueue<int>();

        var sends = Enumerable.Range(0, 40).Select(async i =>
        {
            Assert.True(await socket.SendAsync(new byte[20_000 + i], TestContext.Current.CancellationToken));
            order.Enqueue(i);
        }).ToArray();
        Assert.Contains(sends, send => !send.IsCompleted);
        Assert.InRange(socket.BufferedAmount, 40 * 20_000 - 200_000, 40 * 20_040);
        peer.ReadOn();

        await Task.WhenAll(sends).InTime();
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(20_000 + i, (await peer.NextAsync())!.Payload.Length);
        }

        Assert.Equal(0, socket.BufferedAmount);
        Assert.Equal(40, order.Count);
    }

    [Fact]
    public async Task Waiting_over_real_sockets_completes_whoever_sends_the_rest()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { MaxBacklogBytes = 3_000_000 });
        server.Start();
        await using var client = new WebSocket($"ws://localhost:{server.Port}/");
        var received = 0;
        client.OnMessageAsync += async _ =>
        {
            await Task.Yield();
            Interlocked.Increment(ref received);
        };
        await client.IsOpen();
        await Eventually.IsTrue(() => server.Clients.Count == 1);
        var socket = server.Clients.Single();

        // Far more than the backlog and the system take, so that sends wait for room again and again.
        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => socket.SendAsync(new byte[100_000], TestContext.Current.CancellationToken).AsTask())).InTime();

        await Eventually.IsTrue(() => Volatile.Read(ref received) == 400);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled_and_what_was_not_begun_is_not_sent()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 10_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var sent = new List<Task<bool>>();
        while (sent.All(send => send.IsCompleted))
        {
            sent.Add(socket.SendAsync(new byte[60_000], TestContext.Current.CancellationToken).AsTask());
        }

        using var cancel = new CancellationTokenSource();
        var waiting = socket.SendAsync("never", cancel.Token).AsTask();
        var last = socket.SendAsync("last", TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        peer.ReadOn();

        Assert.True(await last.InTime());
        Frame? frame = null;
        for (var i = 0; i <= sent.Count; i++)
        {
            frame = await peer.NextAsync();
        }

        Assert.Equal("last", frame!.Text);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.SendAsync("x", cancel.Token).AsTask());
    }

    [Fact]
    public async Task A_wait_that_the_end_interrupts_answers_false()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 20_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var sends = Enumerable.Range(0, 5).Select(_ => socket.SendAsync(new byte[60_000], TestContext.Current.CancellationToken).AsTask()).ToArray();
        Assert.False(sends[^1].IsCompleted);

        peer.Abort();

        Assert.False(await sends[^1].InTime());
    }

    [Fact]
    public async Task Waiting_without_being_awaited_is_bounded_and_ends_the_connection()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch, new WebSocketServerOptions { MaxBacklogBytes = 10_000 });
        var (_, socket) = await test.OpenPausedAsync();

        var sends = new List<Task<bool>>();
        while (socket.ReadyState == ReadyState.Open && sends.Count < 1000)
        {
            sends.Add(socket.SendAsync(new byte[5_000], TestContext.Current.CancellationToken).AsTask());
        }

        Assert.InRange(sends.Count, 2, 100);
        Assert.False(await sends[^1].InTime());
        test.Pass(seconds: 6);
        Assert.Equal(CloseCode.TryAgainLater, (await ending.First).Code);
    }

    [Fact]
    public async Task A_cancelled_wait_gives_its_memory_back()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 10_000 });
        var (_, socket) = await test.OpenPausedAsync();
        while (socket.Send(new byte[5_000]) && socket.BufferedAmount < 5_000)
        {
        }

        var before = socket.BufferedAmount;
        for (var i = 0; i < 300; i++)
        {
            using var cancel = new CancellationTokenSource();
            var waiting = socket.SendAsync(new byte[50_000], cancel.Token).AsTask();
            Assert.False(waiting.IsCompleted);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        Assert.Equal(before, socket.BufferedAmount);
        Assert.Equal(ReadyState.Open, socket.ReadyState);
    }

    [Fact]
    public async Task Send_goes_behind_a_message_that_waits()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 100_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var first = socket.SendAsync(new byte[120_000], TestContext.Current.CancellationToken).AsTask();
        var second = socket.SendAsync(new byte[90_000], TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);

        Assert.True(socket.Send("behind"));
        Assert.True(socket.Send(PreparedMessage.FromText("prepared")));
        peer.ReadOn();

        Assert.True(await first.InTime() && await second.InTime());
        Assert.Equal(120_000, (await peer.NextAsync())!.Payload.Length);
        Assert.Equal(90_000, (await peer.NextAsync())!.Payload.Length);
        Assert.Equal("behind", await peer.NextTextAsync());
        Assert.Equal("prepared", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_message_that_waits_for_room_is_not_told_as_sent_when_the_peer_closes_first()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 10_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var sends = Enumerable.Range(0, 5).Select(_ => socket.SendAsync(new byte[60_000], TestContext.Current.CancellationToken).AsTask()).ToArray();
        peer.Send(Frame.Close(1000));
        await Eventually.IsTrue(() => socket.ReadyState == ReadyState.Closing || socket.ReadyState == ReadyState.Closed);
        peer.ReadOn();

        var frames = await peer.RestAsync();
        var answers = await Task.WhenAll(sends).InTime();
        Assert.Equal(frames.Count(frame => frame.Opcode == 2), answers.Count(isSent => isSent));
        Assert.Equal(Frame.CloseOpcode, frames[^1].Opcode);
    }

    [Fact]
    public async Task OnDrain_tells_that_a_backlog_is_gone()
    {
        var drains = 0;
        await using var test = TestServer.Start(socket => socket.OnDrain += () => Interlocked.Increment(ref drains));
        var (peer, socket) = await test.OpenPausedAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.True(socket.Send(new byte[50_000]));
        }

        Assert.InRange(socket.BufferedAmount, 300_000, 500_000);
        Assert.Equal(0, Volatile.Read(ref drains));
        peer.ReadOn();

        await Eventually.IsTrue(() => Volatile.Read(ref drains) == 1);
        Assert.Equal(0, socket.BufferedAmount);
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_closed_with_1013_and_its_backlog_bounded()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch, new WebSocketServerOptions { MaxBacklogBytes = 200_000 });
        var (peer, socket) = await test.OpenPausedAsync();

        var queued = 0;
        while (socket.Send(new byte[10_000]))
        {
            queued++;
            Assert.InRange(socket.BufferedAmount, 0, 200_000);
        }

        Assert.Equal(ReadyState.Closing, socket.ReadyState);
        Assert.True(test.Log.Has(1002));
        test.Pass(7);
        var (code, _) = await ending.First;
        Assert.Equal(CloseCode.TryAgainLater, code);
        Assert.InRange(queued, 1, 40);
    }

    [Fact]
    public async Task A_peer_that_reads_at_last_sees_1013_behind_what_was_queued()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 200_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var queued = 0;
        while (socket.Send(new byte[10_000]))
        {
            queued++;
        }

        peer.ReadOn();

        for (var i = 0; i < queued; i++)
        {
            Assert.Equal(2, (await peer.NextAsync())!.Opcode);
        }

        Assert.Equal(1013, (await peer.AnswerCloseAsync()).Code);
    }

    [Fact]
    public async Task With_the_policy_Drop_what_finds_no_room_is_dropped_and_the_connection_lives()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 100_000, BacklogPolicy = BacklogPolicy.Drop });
        var (peer, socket) = await test.OpenPausedAsync();
        var sent = Enumerable.Range(0, 50).Where(i => socket.Send(new byte[10_000 + i])).ToArray();
        Assert.InRange(sent.Length, 1, 49);

        peer.ReadOn();

        foreach (var i in sent)
        {
            Assert.Equal(10_000 + i, (await peer.NextAsync())!.Payload.Length);
        }

        await Eventually.IsTrue(() => socket.BufferedAmount == 0);
        Assert.True(socket.Send("still here"));
        Assert.Equal("still here", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_single_message_may_be_larger_than_the_backlog_limit()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { MaxBacklogBytes = 1000 });
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        Assert.True(test.Server.Clients.Single().Send(new byte[500_000]));

        Assert.Equal(500_000, (await peer.NextAsync())!.Payload.Length);
    }

    [Fact]
    public async Task A_peer_that_asks_for_pongs_and_reads_none_pins_no_memory()
    {
        await using var test = TestServer.Start(
            options: new WebSocketServerOptions { MaxBacklogBytes = 50_000 }, network: new MemoryNetwork { Capacity = 5000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var ping = new Frame(Frame.PingOpcode, new byte[125]);

        for (var i = 0; i < 2000; i++)
        {
            peer.Send(ping);
        }

        var length = 0L;
        using (socket.TransportOf().Gate.Enter())
        {
            length = socket.TransportOf().Unsent;
        }

        Assert.InRange(length, 0, 51_000);
        peer.ReadOn();
        Assert.Equal(Frame.PongOpcode, (await peer.NextAsync())!.Opcode);
    }

    private static void End(int way, ServerWebSocket socket, RawPeer peer)
    {
        switch (way)
        {
            case 0:
                socket.Close(CloseCode.NormalClosure, "enough");
                break;
            case 1:
                peer.Send(Frame.Close(1000));
                break;
            case 2:
                socket.Abort();
                break;
            default:
                peer.Abort();
                break;
        }
    }

    private static async Task<List<Frame>> RestAfterAnswering(RawPeer peer, int way)
    {
        var frames = new List<Frame>();
        while (await peer.NextAsync() is { } frame)
        {
            frames.Add(frame);
            if (way == 0 && frame.Opcode == Frame.CloseOpcode)
            {
                peer.Send(Frame.Close(1000));
            }
        }

        Assert.DoesNotContain(frames.SkipWhile(frame => frame.Opcode != Frame.CloseOpcode).Skip(1), _ => true);
        return frames;
    }

    private static Task OnThreads(int count, Action<int> deed)
    {
        var start = new Barrier(count);
        return Task.WhenAll(Enumerable.Range(0, count).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                deed(thread);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))).InTime();
    }
}
