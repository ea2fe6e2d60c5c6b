using System.Security.Cryptography;
using System.Text;
using Switchboard.Tests.Compression;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Streams;

/// <summary>Messages that are read while they come.</summary>
public sealed class IncomingStreamTests
{
    private readonly List<string> _read = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task What_has_come_is_read_before_the_rest_is_there()
    {
        var firstPart = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var test = Start(async message =>
        {
            Assert.Equal(MessageType.Text, message.Type);
            var buffer = new byte[2];
            await message.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
            firstPart.SetResult(Encoding.UTF8.GetString(buffer));
            _read.Add(await TextOf(message));
        });
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, "He"u8.ToArray(), Fin: false));
        Assert.Equal("He", await firstPart.Task.InTime());
        peer.Send(new Frame(0, "llo"u8.ToArray()));
        await EndAsync(peer);
        Assert.Equal(["llo"], _read);
    }

    [Fact]
    public async Task A_message_may_be_larger_than_any_limit()
    {
        await using var test = Start(async message => _read.Add(await HashOf(message)), new WebSocketServerOptions { MaxMessageBytes = 1000, MaxFragments = 3 });
        var peer = await test.OpenAsync();
        var large = RandomNumberGenerator.GetBytes(500_000);
        var chunks = large.Chunk(7000).ToArray();

        peer.Send(new Frame(2, large));
        peer.Send([.. chunks.Select((chunk, i) => new Frame(i == 0 ? 2 : 0, chunk, Fin: i == chunks.Length - 1))]);
        await EndAsync(peer);
        Assert.Equal([Hash(large), Hash(large)], _read);
    }

    [Fact]
    public async Task While_nobody_reads_the_sender_waits_and_little_is_held()
    {
        const int size = 8 << 20;
        var budget = new MemoryBudget();
        var goOn = new TaskCompletionSource();
        await using var test = Start(
            async message =>
            {
                await goOn.Task;
                _read.Add(await HashOf(message));
            },
            new WebSocketServerOptions { Memory = budget });
        var peer = await test.OpenAsync();
        var large = RandomNumberGenerator.GetBytes(size);

        peer.Send(new Frame(2, large));
        await Eventually.IsTrue(() => budget.PinnedBytes >= 64 * 1024);
        var unsent = peer.Unsent;
        Assert.InRange(unsent, size - (512 * 1024), size);
        Assert.InRange(budget.PinnedBytes, 64 * 1024, 512 * 1024);
        goOn.SetResult();

        await Eventually.IsTrue(() => peer.Unsent == 0);
        await EndAsync(peer);
        Assert.Equal([Hash(large)], _read);
        await Eventually.IsTrue(() => budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task A_bomb_is_inflated_no_further_than_it_is_read()
    {
        var budget = new MemoryBudget();
        var before = 0L;
        await using var test = Start(
            async message =>
            {
                if (_read.Count == 0)
                {
                    await message.ReadExactlyAsync(new byte[1000], TestContext.Current.CancellationToken);
                    before = budget.PinnedBytes;
                    _read.Add("bomb");
                    return;
                }

                _read.Add(await TextOf(message));
            },
            new WebSocketServerOptions { Memory = budget });
        var peer = await test.OpenAsync(headers: Deflated.Offer);

        peer.Send(new Frame(2, TestSupport.Bomb.Payload, Reserved: 0x40));
        peer.Send(Frame.OfText("behind it"));
        await EndAsync(peer);
        Assert.Equal(["bomb", "behind it"], _read);
        Assert.InRange(before, 0, 512 * 1024);
    }

    [Fact]
    public async Task What_was_not_read_is_skipped()
    {
        await using var test = Start(async message =>
        {
            var first = new byte[1];
            await message.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
            _read.Add(Encoding.UTF8.GetString(first));
        });
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, "aaa"u8.ToArray(), Fin: false), new Frame(0, new byte[300_000]), Frame.OfText("bbb"), Frame.OfText("ccc"));
        await EndAsync(peer);
        Assert.Equal(["a", "b", "c"], _read);
    }

    [Fact]
    public async Task A_reader_that_breaks_off_and_comes_back_goes_on_with_the_next()
    {
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (socket, _) =>
        {
            for (var i = 0; i < 3; i++)
            {
                await foreach (var message in socket.MessageStreams)
                {
                    var first = new byte[1];
                    await message.ReadExactlyAsync(first);
                    socket.Send(first, MessageType.Text);
                    break;
                }
            }
        });
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, "aa"u8.ToArray(), Fin: false));
        Assert.Equal("a", await peer.NextTextAsync());
        peer.Send(new Frame(0, "a"u8.ToArray()), Frame.OfText("bbb"), Frame.OfText("ccc"));
        Assert.Equal("b", await peer.NextTextAsync());
        Assert.Equal("c", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_close_in_the_middle_is_told_with_its_code()
    {
        await using var test = Start(ReadToFailureAsync);
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, "He"u8.ToArray(), Fin: false), Frame.Close(4001, "changed my mind"));
        await peer.Closed.InTime();
        await _ended.Task.InTime();
        Assert.Equal(["4001 changed my mind"], _read);
    }

    [Fact]
    public async Task A_loss_in_the_middle_is_told_as_1006()
    {
        var isUnderWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var test = Start(async message =>
        {
            await message.ReadExactlyAsync(new byte[2], TestContext.Current.CancellationToken);
            isUnderWay.SetResult();
            await ReadToFailureAsync(message);
        });
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, "He"u8.ToArray(), Fin: false));
        await isUnderWay.Task.InTime();
        peer.Abort();
        await _ended.Task.InTime();
        Assert.StartsWith("1006 ", Assert.Single(_read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_told_as_1007()
    {
        await using var test = Start(ReadToFailureAsync);
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, [0xF0, 0x9F], Fin: false));
        peer.Send(new Frame(0, [0x28], Fin: false));
        Assert.Equal(1007, (await peer.NextCloseAsync()).Code);
        peer.Shutdown();
        await _ended.Task.InTime();
        Assert.StartsWith("1007 ", Assert.Single(_read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_closes_in_the_middle_has_no_more_to_read()
    {
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (socket, _) =>
        {
            await foreach (var message in socket.MessageStreams)
            {
                await message.ReadExactlyAsync(new byte[2]);
                socket.Close((CloseCode)4002, "enough");
                await ReadToFailureAsync(message);
            }

            _ended.SetResult();
        });
        var peer = await test.OpenAsync();

        // More than is read ahead: the connection is paused, and must read on to the answer.
        peer.Send(new Frame(1, [.. "He"u8, .. new byte[500_000]], Fin: false));
        Assert.Equal((4002, "enough"), await peer.AnswerCloseAsync());
        await _ended.Task.InTime();
        Assert.Equal("4002 ", Assert.Single(_read));
    }

    [Fact]
    public async Task Whole_messages_can_be_read_when_the_connection_has_ended()
    {
        var goOn = new TaskCompletionSource();
        await using var test = Start(async message =>
        {
            await goOn.Task;
            _read.Add(await TextOf(message));
        });
        var peer = await test.OpenAsync();
        var ending = Ending.Of(test.Server.Clients.Single());

        peer.Send(Frame.OfText("one"), Frame.OfText("two"), Frame.Close(1000));
        await ending.First;
        goOn.SetResult();
        await _ended.Task.InTime();
        Assert.Equal(["one", "two"], _read);
    }

    [Fact]
    public async Task Pings_are_answered_in_the_middle()
    {
        await using var test = Start(async message => _read.Add(await TextOf(message)));
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, "He"u8.ToArray(), Fin: false), new Frame(Frame.PingOpcode, [1, 2]));
        var pong = await peer.NextAsync();
        Assert.Equal(Frame.PongOpcode, pong!.Opcode);
        Assert.Equal([1, 2], pong.Payload);
        peer.Send(new Frame(0, "llo"u8.ToArray()));
        await EndAsync(peer);
        Assert.Equal(["Hello"], _read);
    }

    [Fact]
    public async Task Handlers_get_nothing_from_then_on()
    {
        var handled = 0;
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (socket, _) =>
        {
            socket.OnMessage += _ => Interlocked.Increment(ref handled);
            await foreach (var message in socket.MessageStreams)
            {
                socket.Send(await TextOf(message));
            }
        });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("one"), Frame.OfText("two"));
        Assert.Equal("one", await peer.NextTextAsync());
        Assert.Equal("two", await peer.NextTextAsync());
        Assert.Equal(0, handled);
    }

    [Fact]
    public async Task A_message_that_came_before_is_waiting()
    {
        var goOn = new TaskCompletionSource();
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (socket, _) =>
        {
            await goOn.Task;
            await foreach (var message in socket.MessageStreams)
            {
                socket.Send(await TextOf(message));
            }
        });
        var peer = await test.OpenAsync(early: Frame.OfText("early"));

        goOn.SetResult();
        Assert.Equal("early", await peer.NextTextAsync());
        peer.Send(Frame.OfText("late"));
        Assert.Equal("late", await peer.NextTextAsync());
    }

    [Fact]
    public async Task They_are_read_whole_or_as_streams()
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        await test.OpenAsync();
        await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 2);
        var (whole, streams) = (test.Server.Clients.First(), test.Server.Clients.Last());

        Assert.Same(whole.Messages, whole.Messages);
        Assert.Throws<InvalidOperationException>(() => whole.MessageStreams);
        Assert.Same(streams.MessageStreams, streams.MessageStreams);
        Assert.Throws<InvalidOperationException>(() => streams.Messages);
    }

    [Fact]
    public async Task A_read_that_is_cancelled_has_taken_nothing()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var test = Start(async message =>
        {
            using var cancelling = new CancellationTokenSource();
            await message.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken);
            var reading = message.ReadExactlyAsync(new byte[10], cancelling.Token);
            Assert.False(reading.IsCompleted);
            await cancelling.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
            cancelled.SetResult();
            _read.Add(await TextOf(message));
        });
        var peer = await test.OpenAsync();

        peer.Send(new Frame(1, "H"u8.ToArray(), Fin: false));
        await cancelled.Task.InTime();
        peer.Send(new Frame(0, "ello"u8.ToArray()));
        await EndAsync(peer);
        Assert.Equal(["ello"], _read);
    }

    [Fact]
    public async Task It_is_a_stream_for_reading_and_for_no_other_purpose()
    {
        await using var test = Start(async message =>
        {
            Assert.True(message is { CanRead: true, CanWrite: false, CanSeek: false });
            Assert.Throws<NotSupportedException>(() => message.Read([]));
            Assert.Throws<NotSupportedException>(() => message.Write([]));
            Assert.Throws<NotSupportedException>(() => message.Length);
            _read.Add(await TextOf(message));
            await message.DisposeAsync();
            Assert.False(message.CanRead);
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await message.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken));
        });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("read"));
        await EndAsync(peer);
        Assert.Equal(["read"], _read);
    }

    private static async Task<string> TextOf(Stream message)
    {
        using var reader = new StreamReader(message, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> HashOf(Stream message) =>
        Convert.ToHexString(await SHA256.HashDataAsync(message, TestContext.Current.CancellationToken));

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private async Task ReadToFailureAsync(IncomingStream message)
    {
        var failure = await Assert.ThrowsAsync<ConnectionClosedException>(() => TextOf(message));
        Assert.IsAssignableFrom<IOException>(failure);
        _read.Add($"{(int)failure.CloseCode} {failure.CloseReason}");
    }

    private TestServer Start(Func<IncomingStream, Task> read, WebSocketServerOptions? options = null) => TestServer.Start(
        server => server.OnConnectionAsync += async (socket, _) =>
        {
            try
            {
                await foreach (var message in socket.MessageStreams)
                {
                    await read(message);
                }

                _ended.SetResult();
            }
            catch (Exception e)
            {
                _ended.SetException(e);
            }
        },
        options);

    private async Task EndAsync(RawPeer peer)
    {
        peer.Send(Frame.Close(1000));
        await peer.Closed.InTime();
        await _ended.Task.InTime();
    }
}
