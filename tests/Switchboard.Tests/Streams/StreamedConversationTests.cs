using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Streams;

/// <summary>Our client and our server stream to each other: any split, compressed or not, handlers here or there.</summary>
public sealed class StreamedConversationTests
{
    private static readonly CompressionOptions Dedicated = CompressionOptions.Default with { Windows = CompressionWindows.Dedicated };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<int, string, HandlerThread> Ways
    {
        get
        {
            var ways = new TheoryData<int, string, HandlerThread>();
            foreach (var split in new[] { 1, 7, 5000, int.MaxValue })
            {
                foreach (var compression in new[] { "none", "shared", "dedicated" })
                {
                    ways.Add(split, compression, HandlerThread.Transport);
                    ways.Add(split, compression, HandlerThread.ThreadPool);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_streamed_there_comes_streamed_back(int split, string compression, HandlerThread handlersRunOn)
    {
        var size = split < 10 ? 20_000 : 400_000;
        byte[][] messages =
        [
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Zwölf Boxkämpfer jagen 😀 quer. ", size / 35))),
            RandomNumberGenerator.GetBytes(size), [], new byte[size], [1],
        ];
        await using var test = Start(compression, handlersRunOn, async socket =>
        {
            await foreach (var message in socket.MessageStreams)
            {
                Assert.True(await socket.SendAsync(message, message.Type, cancellationToken: Stop));
            }
        });
        test.Network.Split = available => Math.Min(available, split);
        await using var client = Connect(test, compression);
        await client.IsOpen();

        var sending = Task.Run(
            async () =>
            {
                foreach (var (i, message) in messages.Index())
                {
                    await using var stream = client.OpenMessage(i == 0 ? MessageType.Text : MessageType.Binary);
                    foreach (var piece in message.Chunk(9999))
                    {
                        await stream.WriteAsync(piece, Stop);
                        if (i == 1)
                        {
                            await stream.FlushAsync(Stop);
                        }
                    }

                    await stream.CompleteAsync(Stop);
                    Assert.True(client.Send($"between {i}"));
                }
            },
            Stop);
        var came = 0;
        await foreach (var message in client.MessageStreams.WithCancellation(Stop))
        {
            var expected = came % 2 == 0 ? messages[came / 2] : Encoding.UTF8.GetBytes($"between {came / 2}");
            var received = new MemoryStream();
            await message.CopyToAsync(received, Stop);
            Assert.Equal(came is 0 || came % 2 == 1 ? MessageType.Text : MessageType.Binary, message.Type);
            Assert.True(expected.AsSpan().SequenceEqual(received.ToArray()), $"Message {came} is another.");
            if (++came == 2 * messages.Length)
            {
                break;
            }
        }

        await sending.InTime();
        Assert.Equal(ReadyState.Open, client.ReadyState);
    }

    [Fact]
    public async Task A_client_that_reads_streams_from_the_beginning_misses_nothing_and_refuses_nothing()
    {
        await using var test = TestServer.Start(socket => socket.Send(new byte[300_000]));
        await using var client = new WebSocket(
            $"ws://127.0.0.1:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network, TimeProvider = test.Clock, MaxMessageBytes = 10 });

        await foreach (var message in client.MessageStreams.WithCancellation(Stop))
        {
            var received = new MemoryStream();
            await message.CopyToAsync(received, Stop);
            Assert.Equal(300_000, received.Length);
            break;
        }

        Assert.Equal(ReadyState.Open, client.ReadyState);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("shared")]
    [InlineData("dedicated")]
    public async Task Streams_sends_and_broadcasts_of_many_threads_do_not_touch_each_other(string compression)
    {
        const int threads = 8;
        const int each = 20;
        await using var test = Start(compression, HandlerThread.Transport, _ => Task.CompletedTask);
        await using var client = Connect(test, compression);
        var texts = new ConcurrentQueue<string>();
        client.OnMessage += message => texts.Enqueue(message.Text);
        await client.IsOpen();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();
        var story = Compression.Deflated.Story;

        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(
            async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    var text = $"{thread}:{i}:{story}";
                    switch ((thread + i) % 4)
                    {
                        case 0:
                            await using (var message = socket.OpenMessage(MessageType.Text))
                            {
                                foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk(3000))
                                {
                                    await message.WriteAsync(piece, Stop);
                                }

                                await message.CompleteAsync(Stop);
                            }

                            break;
                        case 1:
                            Assert.True(await socket.SendAsync(text, Stop));
                            break;
                        case 2:
                            Assert.True(socket.Send(PreparedMessage.FromText(text)));
                            break;
                        default:
                            Assert.True(socket.Send(text));
                            break;
                    }
                }
            },
            Stop))).InTime();

        await Eventually.IsTrue(() => texts.Count == threads * each);
        for (var thread = 0; thread < threads; thread++)
        {
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{thread}:{i}:{story}"), texts.Where(text => text.StartsWith($"{thread}:", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_large_message_that_is_compressed_goes_there_and_back_in_little_memory()
    {
        // Compressed, so that little of it is ever on the line: what is inflated is read, and compressed again, as it comes.
        const long size = 1L << 28;
        var budget = new MemoryBudget();
        await using var test = Start(
            "shared", HandlerThread.Transport,
            async socket =>
            {
                await foreach (var message in socket.MessageStreams)
                {
                    await socket.SendAsync(message, message.Type, cancellationToken: Stop);
                }
            },
            budget);
        await using var client = Connect(test, "shared", budget);
        await client.IsOpen();

        var sending = Task.Run(
            async () =>
            {
                var piece = new byte[1 << 20];
                await using var stream = client.OpenMessage(MessageType.Binary);
                for (var sent = 0L; sent < size; sent += piece.Length)
                {
                    await stream.WriteAsync(piece, Stop);
                }

                await stream.CompleteAsync(Stop);
            },
            Stop);
        var (came, most) = (0L, 0L);
        await foreach (var message in client.MessageStreams.WithCancellation(Stop))
        {
            var buffer = new byte[1 << 16];
            while (await message.ReadAsync(buffer, Stop) is > 0 and var count)
            {
                came += count;
                most = Math.Max(most, budget.PinnedBytes);
            }

            break;
        }

        await sending.InTime();
        Assert.Equal(size, came);
        Assert.InRange(most, 0, 1 << 20);
    }

    private static TestServer Start(string compression, HandlerThread handlersRunOn, Func<ServerWebSocket, Task> handle, MemoryBudget? budget = null) =>
        TestServer.Start(
            server => server.OnConnectionAsync += async (socket, _) => await handle(socket),
            new WebSocketServerOptions
            {
                Compression = CompressionOf(compression),
                HandlersRunOn = handlersRunOn,
                MaxBacklogBytes = 100 << 20,
                Memory = budget ?? MemoryBudget.Process,
            });

    private static WebSocket Connect(TestServer test, string compression, MemoryBudget? budget = null) => new(
        $"ws://127.0.0.1:{test.Server.Port}/",
        new WebSocketClientOptions
        {
            Transport = test.Network,
            TimeProvider = test.Clock,
            Compression = CompressionOf(compression),
            Memory = budget ?? MemoryBudget.Process,
        });

    private static CompressionOptions? CompressionOf(string name) =>
        name == "none" ? null : name == "shared" ? CompressionOptions.Default : Dedicated;
}
