using System.Text;
using System.Text.Json;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Streams;

/// <summary>Messages that are sent while they are written.</summary>
public sealed class OutgoingStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_write_is_a_frame_and_completing_is_the_last()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);

        await using (var message = socket.OpenMessage(MessageType.Text))
        {
            await message.WriteAsync("He"u8.ToArray(), Stop);
            AssertFrame(new Frame(1, "He"u8.ToArray(), Fin: false), await peer.NextAsync());
            await message.WriteAsync(Array.Empty<byte>(), Stop);
            await message.FlushAsync(Stop);
            await message.WriteAsync("llo"u8.ToArray(), Stop);
            AssertFrame(new Frame(0, "llo"u8.ToArray(), Fin: false), await peer.NextAsync());
            await message.CompleteAsync(Stop);
            AssertFrame(new Frame(0, []), await peer.NextAsync());
            Assert.False(message.CanWrite);
        }

        await using var empty = socket.OpenMessage(MessageType.Binary);
        await empty.CompleteAsync(Stop);
        AssertFrame(new Frame(2, []), await peer.NextAsync());
        Assert.Equal(ReadyState.Open, socket.ReadyState);
    }

    [Fact]
    public async Task All_others_wait_behind_it_in_order()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);
        var first = socket.OpenMessage(MessageType.Text);
        var second = socket.OpenMessage(MessageType.Text);
        socket.Send("before");
        await first.WriteAsync("1a"u8.ToArray(), Stop);

        Assert.True(socket.Send("a"));
        var awaited = socket.SendAsync("b", Stop).AsTask();
        test.Server.Broadcast("c");
        Assert.True(socket.Send(PreparedMessage.FromText("d")));
        var secondWriting = second.WriteAsync("2a"u8.ToArray(), Stop).AsTask();
        Assert.True(socket.Send("e"));
        Assert.True(socket.Send(new byte[20_000]));
        Assert.True(socket.Ping("now"u8));
        Assert.True(socket.BufferedAmount > 0);

        Assert.Equal("before", await peer.NextTextAsync());
        AssertFrame(new Frame(1, "1a"u8.ToArray(), Fin: false), await peer.NextAsync());
        AssertFrame(new Frame(Frame.PingOpcode, "now"u8.ToArray()), await peer.NextAsync());
        await first.WriteAsync("1b"u8.ToArray(), Stop);
        AssertFrame(new Frame(0, "1b"u8.ToArray(), Fin: false), await peer.NextAsync());
        Assert.False(awaited.IsCompleted || secondWriting.IsCompleted);
        await first.CompleteAsync(Stop);
        await first.DisposeAsync();

        AssertFrame(new Frame(0, []), await peer.NextAsync());
        foreach (var text in "abcd")
        {
            Assert.Equal($"{text}", await peer.NextTextAsync());
        }

        Assert.True(await awaited.InTime());
        await secondWriting.InTime();
        AssertFrame(new Frame(1, "2a"u8.ToArray(), Fin: false), await peer.NextAsync());
        await second.CompleteAsync(Stop);
        await second.DisposeAsync();
        AssertFrame(new Frame(0, []), await peer.NextAsync());
        Assert.Equal("e", await peer.NextTextAsync());
        Assert.Equal(20_000, (await peer.NextAsync())!.Payload.Length);
        await Eventually.IsTrue(() => socket.BufferedAmount == 0);
        Assert.True(socket.Send("after"));
        Assert.Equal("after", await peer.NextTextAsync());
    }

    [Theory]
    [InlineData(BacklogPolicy.Drop)]
    [InlineData(BacklogPolicy.Close)]
    public async Task What_waits_behind_it_keeps_to_the_backlog_limit(BacklogPolicy policy)
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { }, new WebSocketServerOptions { MaxBacklogBytes = 10_000, BacklogPolicy = policy });
        var (peer, socket) = await OpenAsync(test);
        var message = socket.OpenMessage(MessageType.Text);
        await message.WriteAsync("He"u8.ToArray(), Stop);
        AssertFrame(new Frame(1, "He"u8.ToArray(), Fin: false), await peer.NextAsync());

        Assert.True(socket.Send(new byte[6000]));
        Assert.False(socket.Send(new byte[6000]));
        if (policy == BacklogPolicy.Close)
        {
            Assert.Equal(1013, (await peer.AnswerCloseAsync()).Code);
            await Assert.ThrowsAsync<ConnectionClosedException>(() => message.CompleteAsync(Stop).AsTask());
            return;
        }

        await message.CompleteAsync(Stop);
        AssertFrame(new Frame(0, []), await peer.NextAsync());
        Assert.Equal(6000, (await peer.NextAsync())!.Payload.Length);
        Assert.True(socket.Send("room again"));
        Assert.Equal("room again", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_write_waits_until_the_peer_reads()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { }, new WebSocketServerOptions { MaxBacklogBytes = 100_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        await using var message = socket.OpenMessage(MessageType.Binary);
        var payload = new byte[3_000_000];
        Random.Shared.NextBytes(payload);

        var writing = message.WriteAsync(payload, Stop).AsTask();
        await Eventually.IsTrue(() => socket.TransportOf().Unsent > 0);
        Assert.False(writing.IsCompleted);
        Assert.InRange(socket.TransportOf().Unsent, 1, 100_000);
        peer.ReadOn();
        await writing.InTime();
        await message.CompleteAsync(Stop);

        var received = new List<byte>();
        Frame? frame;
        do
        {
            frame = await peer.NextAsync();
            Assert.InRange(frame!.Payload.Length, 0, 64 * 1024);
            received.AddRange(frame.Payload);
        }
        while (!frame.Fin);
        Assert.True(payload.AsSpan().SequenceEqual(received.ToArray()));
    }

    [Fact]
    public async Task A_close_breaks_it_off()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);
        await using var message = socket.OpenMessage(MessageType.Text);
        await message.WriteAsync("He"u8.ToArray(), Stop);
        var behind = socket.SendAsync("behind", Stop).AsTask();

        socket.Close((CloseCode)4000, "now");
        Assert.False(await behind.InTime());
        var failure = await Assert.ThrowsAsync<ConnectionClosedException>(() => message.WriteAsync("llo"u8.ToArray(), Stop).AsTask());
        Assert.Equal(CloseCode.NoStatusReceived, failure.CloseCode);
        AssertFrame(new Frame(1, "He"u8.ToArray(), Fin: false), await peer.NextAsync());
        Assert.Equal((4000, "now"), await peer.AnswerCloseAsync());
        await socket.Closed.InTime();
        Assert.True(socket.WasClean);
    }

    [Fact]
    public async Task A_peer_that_goes_in_the_middle_is_told_with_its_code()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await test.OpenPausedAsync();
        await using var message = socket.OpenMessage(MessageType.Binary);
        var writing = message.WriteAsync(new byte[1_000_000], Stop).AsTask();
        await Eventually.IsTrue(() => socket.TransportOf().Unsent > 0);

        peer.Send(Frame.Close(4001, "enough"));
        var failure = await Assert.ThrowsAsync<ConnectionClosedException>(() => writing.InTime());
        Assert.Equal(((CloseCode)4001, "enough"), (failure.CloseCode, failure.CloseReason));
        await Assert.ThrowsAsync<InvalidOperationException>(() => message.CompleteAsync(Stop).AsTask());
        peer.Abort();
        await socket.Closed.InTime();
        Assert.Throws<ConnectionClosedException>(() => socket.OpenMessage(MessageType.Text));
        Assert.False(await socket.SendAsync(new MemoryStream([1]), cancellationToken: Stop));
    }

    [Fact]
    public async Task Given_up_in_the_middle_it_takes_the_connection_with_it()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);
        var ending = Ending.Of(socket);
        var message = socket.OpenMessage(MessageType.Text);
        await message.WriteAsync("He"u8.ToArray(), Stop);
        AssertFrame(new Frame(1, "He"u8.ToArray(), Fin: false), await peer.NextAsync());

        await message.DisposeAsync();
        var (code, reason) = await ending.First;
        Assert.Equal(CloseCode.AbnormalClosure, code);
        Assert.Contains("given up", reason, StringComparison.Ordinal);
        Assert.Empty(await peer.RestAsync());
    }

    [Fact]
    public async Task Given_up_before_it_has_begun_it_is_forgotten()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);
        await socket.OpenMessage(MessageType.Text).DisposeAsync();
        var first = socket.OpenMessage(MessageType.Text);
        await first.WriteAsync("1"u8.ToArray(), Stop);

        // It waits for its place, and leaves it to those behind it.
        using var cancelling = new CancellationTokenSource();
        var second = socket.OpenMessage(MessageType.Text);
        var writing = second.WriteAsync("2"u8.ToArray(), cancelling.Token).AsTask();
        Assert.True(socket.Send("3"));
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.InTime());
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.WriteAsync("2"u8.ToArray(), Stop).AsTask());
        await first.CompleteAsync(Stop);
        AssertFrame(new Frame(1, "1"u8.ToArray(), Fin: false), await peer.NextAsync());
        AssertFrame(new Frame(0, []), await peer.NextAsync());
        await second.DisposeAsync();

        Assert.Equal("3", await peer.NextTextAsync());
        Assert.Equal(ReadyState.Open, socket.ReadyState);
    }

    [Fact]
    public async Task Disposed_while_it_waits_for_its_place_it_waits_no_longer()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);
        await using var first = socket.OpenMessage(MessageType.Text);
        await first.WriteAsync("1"u8.ToArray(), Stop);
        var second = socket.OpenMessage(MessageType.Text);
        var writing = second.WriteAsync("2"u8.ToArray(), Stop).AsTask();

        await second.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writing.InTime());
        await first.CompleteAsync(Stop);
        socket.Send("3");
        AssertFrame(new Frame(1, "1"u8.ToArray(), Fin: false), await peer.NextAsync());
        AssertFrame(new Frame(0, []), await peer.NextAsync());
        Assert.Equal("3", await peer.NextTextAsync());
    }

    [Fact]
    public async Task Cancelled_in_the_middle_it_can_only_be_given_up()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { }, new WebSocketServerOptions { MaxBacklogBytes = 100_000 });
        var (peer, socket) = await test.OpenPausedAsync();
        var ending = Ending.Of(socket);
        using var cancelling = new CancellationTokenSource();
        var message = socket.OpenMessage(MessageType.Binary);
        var writing = message.WriteAsync(new byte[1_000_000], cancelling.Token).AsTask();
        await Eventually.IsTrue(() => socket.TransportOf().Unsent > 0);

        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.InTime());
        await Assert.ThrowsAsync<InvalidOperationException>(() => message.CompleteAsync(Stop).AsTask());
        Assert.Equal(ReadyState.Open, socket.ReadyState);
        await message.DisposeAsync();
        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        peer.ReadOn();
        Assert.DoesNotContain(await peer.RestAsync(), frame => frame.Fin);
    }

    [Fact]
    public async Task Text_is_checked_and_a_character_may_be_cut()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);
        var euro = "€"u8.ToArray();
        await using (var message = socket.OpenMessage(MessageType.Text))
        {
            await message.WriteAsync(euro.AsMemory(0, 1), Stop);
            await message.WriteAsync(euro.AsMemory(1), Stop);
            await message.CompleteAsync(Stop);
        }

        await using (var notBegun = socket.OpenMessage(MessageType.Text))
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => notBegun.WriteAsync(new byte[] { 0xFF }, Stop).AsTask());
        }

        Assert.Equal(ReadyState.Open, socket.ReadyState);
        await using (var binary = socket.OpenMessage(MessageType.Binary))
        {
            await binary.WriteAsync(new byte[] { 0xFF }, Stop);
            await binary.CompleteAsync(Stop);
        }

        Assert.Equal("€", Encoding.UTF8.GetString(await NextMessageAsync(peer)));
        Assert.Equal([0xFF], await NextMessageAsync(peer));
        var cut = socket.OpenMessage(MessageType.Text);
        await cut.WriteAsync(euro.AsMemory(0, 2), Stop);
        await Assert.ThrowsAsync<InvalidDataException>(() => cut.CompleteAsync(Stop).AsTask());
        await cut.DisposeAsync();
        await socket.Closed.InTime();

        Assert.DoesNotContain(await peer.RestAsync(), frame => frame.Fin);
    }

    [Fact]
    public async Task One_writer_at_a_time_and_none_after_the_end()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await test.OpenPausedAsync();
        var message = socket.OpenMessage(MessageType.Binary);
        Assert.True(message is { CanRead: false, CanWrite: true, CanSeek: false, Type: MessageType.Binary });
        var writing = message.WriteAsync(new byte[1_000_000], Stop).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => message.WriteAsync(new byte[1], Stop).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => message.CompleteAsync(Stop).AsTask());
        Assert.Throws<NotSupportedException>(() => message.Write(new byte[1]));
        Assert.Throws<NotSupportedException>(() => message.Length);
        peer.ReadOn();
        await writing.InTime();
        await message.CompleteAsync(Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => message.WriteAsync(new byte[1], Stop).AsTask());
        await message.DisposeAsync();
        await message.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => message.WriteAsync(new byte[1], Stop).AsTask());
        Assert.Equal(ReadyState.Open, socket.ReadyState);
    }

    [Fact]
    public async Task What_writes_to_streams_writes_messages()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);
        var numbers = Enumerable.Range(0, 50_000).ToArray();

        await using (var message = socket.OpenMessage(MessageType.Text))
        {
            await JsonSerializer.SerializeAsync(message, numbers, cancellationToken: Stop);
            await message.CompleteAsync(Stop);
        }

        Assert.Equal(numbers, JsonSerializer.Deserialize<int[]>(await NextMessageAsync(peer)));
        Assert.True(await socket.SendAsync(new MemoryStream("from a stream"u8.ToArray()), MessageType.Text, cancellationToken: Stop));
        Assert.Equal("from a stream", Encoding.UTF8.GetString(await NextMessageAsync(peer)));
    }

    [Fact]
    public async Task A_source_that_fails_in_the_middle_takes_the_connection_with_it()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        var (peer, socket) = await OpenAsync(test);

        await Assert.ThrowsAsync<IOException>(() => socket.SendAsync(new FailingStream(before: 0), cancellationToken: Stop).AsTask());
        Assert.Equal(ReadyState.Open, socket.ReadyState);
        await Assert.ThrowsAsync<IOException>(() => socket.SendAsync(new FailingStream(before: 1), cancellationToken: Stop).AsTask());
        await socket.Closed.InTime();
        Assert.Equal(CloseCode.AbnormalClosure, socket.CloseCode);
        Assert.DoesNotContain(await peer.RestAsync(), frame => frame.Fin);
    }

    [Fact]
    public async Task Disposed_while_another_thread_writes_it_ends_the_connection_and_nothing_else()
    {
        for (var round = 0; round < 50; round++)
        {
            await using var test = TestServer.Start((ServerWebSocket _) => { });
            var peer = await test.OpenAsync(headers: round % 2 == 0 ? Compression.Deflated.Offer : "");
            await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
            var socket = test.Server.Clients.Single();
            var message = socket.OpenMessage(MessageType.Binary);
            var payload = new byte[200_000];
            Random.Shared.NextBytes(payload);

            var writing = Task.Run(
                async () =>
                {
                    while (true)
                    {
                        await message.WriteAsync(payload, Stop);
                    }
                },
                Stop);
            await peer.NextAsync();
            await message.DisposeAsync();
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => writing.InTime());
            Assert.True(failure is ConnectionClosedException or ObjectDisposedException, failure.ToString());
            await socket.Closed.InTime();
        }
    }

    private static async Task<(RawPeer Peer, ServerWebSocket Socket)> OpenAsync(TestServer test)
    {
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        return (peer, test.Server.Clients.Single());
    }

    private static void AssertFrame(Frame expected, Frame? actual)
    {
        Assert.Equal((expected.Opcode, expected.Fin, expected.Reserved), (actual!.Opcode, actual.Fin, actual.Reserved));
        Assert.Equal(expected.Payload, actual.Payload);
    }

    private static async Task<byte[]> NextMessageAsync(RawPeer peer)
    {
        var message = new List<byte>();
        Frame? frame;
        do
        {
            frame = await peer.NextAsync();
            message.AddRange(frame!.Payload);
        }
        while (!frame.Fin);
        return [.. message];
    }

    /// <summary>Has so many pieces before it fails.</summary>
    private sealed class FailingStream(int before) : MemoryStream
    {
        private int _left = before;

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            for (; _left > 0; _left--)
            {
                await destination.WriteAsync(new byte[100], cancellationToken);
            }

            throw new IOException("The disk is gone.");
        }
    }
}
