using Microsoft.Extensions.Time.Testing;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Hostile;

/// <summary>Peers that take all the time in the world: they are cut at a deadline, and hold next to nothing until then.</summary>
public sealed class SlowlorisTests
{
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";

    private readonly MemoryBudget _budget = new();

    [Fact]
    public async Task Slowloris_a_byte_a_second_of_a_handshake_is_408_at_the_deadline_and_holds_little()
    {
        await using var test = TestServer.Start(options: With());
        var peers = await ConnectAsync(test, 100);
        var bytes = RawPeer.Request().Select(letter => (byte)letter).ToArray();
        for (var second = 0; second < 9; second++)
        {
            peers.ForEach(peer => peer.Send(bytes[second]));
            test.Pass(1);
        }

        Assert.DoesNotContain(peers, peer => peer.Head.IsCompleted);
        await Eventually.IsTrue(() => _budget.PinnedBytes >= 100);
        Assert.InRange(_budget.PinnedBytes, 1, peers.Count * 4096);
        test.Pass(2);

        await AreToldAsync(test, peers, "HTTP/1.1 408 ");
    }

    [Fact]
    public async Task Slowloris_silence_after_the_accept_is_408_at_the_deadline_and_holds_nothing()
    {
        await using var test = TestServer.Start(options: With());
        var peers = await ConnectAsync(test, 100);
        test.Pass(9);
        Assert.DoesNotContain(peers, peer => peer.Head.IsCompleted);
        Assert.Equal(0, _budget.PinnedBytes);
        test.Pass(2);

        await AreToldAsync(test, peers, "HTTP/1.1 408 ");
    }

    [Theory]
    [InlineData(1)]      // of a header
    [InlineData(3)]
    [InlineData(9)]      // of a payload
    [InlineData(500)]
    public async Task Slowloris_half_a_frame_and_silence_is_cut_by_the_ping_timeout(int length)
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message), With());
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var ending = Ending.Of(test.Server.Clients.Single());

        // Once the first has come back, what was sent with it is there too.
        peer.Send([.. Frame.OfText("hello").ToBytes(isMasked: true), .. new Frame(2, new byte[1000]).ToBytes(isMasked: true)[..length]]);
        Assert.Equal("hello", await peer.NextTextAsync());
        test.Pass(24);
        Assert.Equal(ReadyState.Open, test.Server.Clients.Single().ReadyState);
        Assert.InRange(_budget.PinnedBytes, 0, 4096);
        await test.Clock.PassUntil(() => ending.Count > 0);

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        Assert.True(test.Log.Has(1003));
        await peer.Closed.InTime();
        Assert.Equal(Frame.PingOpcode, (await peer.NextAsync())!.Opcode);
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0 && test.Server.Clients.Count == 0);
    }

    [Fact]
    public async Task Slowloris_a_frame_that_drips_holds_no_more_than_has_come()
    {
        await using var test = TestServer.Start(options: With());
        var peer = await test.OpenAsync();

        // Of a message of 1 MiB, for which nothing is set aside.
        peer.Send(new Frame(2, new byte[1024 * 1024]).ToBytes(isMasked: true)[..14]);
        for (var i = 0; i < 100; i++)
        {
            peer.Send((byte)i);
        }

        await Eventually.IsTrue(() => _budget.PinnedBytes > 0);
        Assert.Single(test.Server.Clients);
        Assert.InRange(_budget.PinnedBytes, 1, 1024);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Slowloris_an_answer_that_does_not_come_is_given_up_at_the_connect_timeout(int bytesASecond)
    {
        var clock = new FakeTimeProvider();
        await using var hostile = new HostileServer(answer: null, network: new MemoryNetwork(clock));
        var client = new WebSocket(
            $"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network, TimeProvider = clock, Memory = _budget });
        var peer = await hostile.Peer;
        await peer.Head.InTime();
        for (var second = 0; second < 9; second++)
        {
            peer.Send(Accepted[..bytesASecond].Length == 0 ? [] : [(byte)Accepted[second]]);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ReadyState.Connecting, client.ReadyState);
        clock.Advance(TimeSpan.FromSeconds(2));

        await client.Closed.InTime();
        Assert.Equal(CloseCode.AbnormalClosure, client.CloseCode);
        await peer.Closed.InTime();
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task Slowloris_half_a_frame_of_a_server_and_silence_is_cut_by_the_clients_ping_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var hostile = new HostileServer(Accepted, network: new MemoryNetwork(clock));
        var client = new WebSocket(
            $"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network, TimeProvider = clock, Memory = _budget });
        var ending = Ending.Of(client);
        await client.IsOpen();

        (await hostile.Peer).Send(new Frame(2, new byte[1000]).ToBytes(isMasked: false)[..500]);
        await Eventually.IsTrue(() => _budget.PinnedBytes > 0);
        await clock.PassUntil(() => ending.Count > 0);

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    private static async Task<List<RawPeer>> ConnectAsync(TestServer test, int count)
    {
        var peers = new List<RawPeer>();
        for (var i = 0; i < count; i++)
        {
            peers.Add(await test.ConnectAsync());
        }

        return peers;
    }

    private async Task AreToldAsync(TestServer test, List<RawPeer> peers, string answer)
    {
        foreach (var peer in peers)
        {
            Assert.StartsWith(answer, await peer.Head.InTime(), StringComparison.Ordinal);
            await peer.Closed.InTime();
        }

        Assert.Equal(peers.Count, test.Log.Count(1102));
        await Eventually.IsTrue(() => _budget.PinnedBytes == 0);
    }

    private WebSocketServerOptions With() => new() { Memory = _budget };
}
