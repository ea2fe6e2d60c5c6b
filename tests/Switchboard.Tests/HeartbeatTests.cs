using Microsoft.Extensions.Time.Testing;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests;

/// <summary>A peer that is silent is asked, and one that is gone without a word is found. The clock is the test's.</summary>
public sealed class HeartbeatTests
{
    [Fact]
    public async Task A_silent_peer_gets_a_ping_after_25_seconds_and_not_before()
    {
        await using var test = TestServer.Start();
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        test.Pass(24);
        var bursts = peer.Bursts;
        test.Pass(3);

        Assert.Equal(Frame.PingOpcode, (await peer.NextAsync())!.Opcode);
        Assert.Equal(bursts + 1, peer.Bursts);
    }

    [Fact]
    public async Task A_peer_that_answers_its_pings_stays()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch);
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        for (var i = 0; i < 5; i++)
        {
            test.Pass(27);
            Assert.Equal(Frame.PingOpcode, (await peer.NextAsync())!.Opcode);
            await AnswerAsync(test, peer);
        }

        Assert.Equal(0, ending.Count);
    }

    [Fact]
    public async Task A_peer_that_is_silent_for_20_seconds_more_is_cut()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch);
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        Assert.Single(test.Network.Links).FallSilent();

        test.Pass(44);
        Assert.Equal(0, ending.Count);
        test.Pass(4);

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        Assert.True(test.Log.Has(1003));
        Assert.False(peer.Closed.IsCompleted);
        Assert.Empty(test.Server.Clients);
    }

    [Fact]
    public async Task While_data_flows_no_ping_is_sent()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));
        var peer = await test.OpenAsync();

        for (var i = 0; i < 10; i++)
        {
            test.Pass(15);
            peer.Send(Frame.OfText($"{i}"));
            Assert.Equal($"{i}", await peer.NextTextAsync());
        }
    }

    [Fact]
    public async Task While_a_handler_is_awaited_the_silence_is_ours()
    {
        var ending = new Ending();
        var gate = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var test = TestServer.Start(socket =>
        {
            ending.Watch(socket);
            socket.OnMessageAsync += async message =>
            {
                started.TrySetResult();
                await gate.Task;
                socket.Send(message);
            };
        });
        var peer = await test.OpenAsync();
        peer.Send(Frame.OfText("long"));
        await started.Task.InTime();

        test.Pass(300);
        gate.SetResult();

        Assert.Equal("long", await peer.NextTextAsync());
        Assert.Equal(0, ending.Count);
    }

    [Fact]
    public async Task While_a_synchronous_handler_runs_the_silence_is_ours_too()
    {
        using var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var test = TestServer.Start(socket => socket.OnMessage += message =>
        {
            started.TrySetResult();
            gate.Wait(Eventually.Patience);
            socket.Send(message);
        });
        var peer = await test.OpenAsync();
        peer.Send(Frame.OfText("long"));
        await started.Task.InTime();

        test.Pass(300);
        gate.Set();

        Assert.Equal("long", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_zero_interval_means_no_pings()
    {
        await using var test = TestServer.Start(
            socket => socket.OnMessage += message => socket.Send(message), new WebSocketServerOptions { PingInterval = TimeSpan.Zero });
        var peer = await test.OpenAsync();

        test.Pass(500);
        peer.Send(Frame.OfText("first"));

        Assert.Equal("first", await peer.NextTextAsync());
    }

    [Fact]
    public async Task OnPong_has_the_payload_of_the_ping_that_it_answers()
    {
        var pong = new TaskCompletionSource<string>();
        await using var test = TestServer.Start(socket =>
        {
            socket.OnPong += payload => pong.SetResult(Convert.ToHexString(payload));
            Assert.True(socket.Ping([1, 2, 3]));
            Assert.Throws<ArgumentException>(() => socket.Ping(new byte[126]));
        });
        var peer = await test.OpenAsync();

        var ping = await peer.NextAsync();
        peer.Send(new Frame(Frame.PongOpcode, ping!.Payload));

        Assert.Equal("010203", await pong.Task.InTime());
    }

    [Fact]
    public async Task One_timer_serves_all_connections_and_stands_still_without_them()
    {
        var clock = new CountingClock();
        var options = new WebSocketServerOptions { TimeProvider = clock };
        await using var test = TestServer.Start(options: options, network: new MemoryNetwork());
        var peers = new List<RawPeer>();
        for (var i = 0; i < 200; i++)
        {
            peers.Add(await test.OpenAsync());
        }

        await Eventually.IsTrue(() => test.Server.Clients.Count == 200);
        for (var passed = 0; passed < 27; passed++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        foreach (var peer in peers)
        {
            Assert.Equal(Frame.PingOpcode, (await peer.NextAsync())!.Opcode);
        }

        Assert.Equal(1, clock.Timers);
        peers.ForEach(peer => peer.Abort());
        await Eventually.IsTrue(() => test.Server.Clients.Count == 0);
    }

    // The echo of a ping of ours makes sure that the pong before it was read.
    private static async Task AnswerAsync(TestServer test, RawPeer peer)
    {
        peer.Send(new Frame(Frame.PongOpcode, []), new Frame(Frame.PingOpcode, []));
        Assert.Equal(Frame.PongOpcode, (await peer.NextAsync())!.Opcode);
        Assert.Single(test.Server.Clients);
    }

    private sealed class CountingClock : TimeProvider
    {
        private readonly FakeTimeProvider _clock = new();
        private int _timers;

        internal int Timers => Volatile.Read(ref _timers);

        public override long TimestampFrequency => _clock.TimestampFrequency;

        internal void Advance(TimeSpan by) => _clock.Advance(by);

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return _clock.CreateTimer(callback, state, dueTime, period);
        }
    }
}
