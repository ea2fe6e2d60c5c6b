using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Compression;

/// <summary>What is compressed, and what is not.</summary>
public sealed class CompressionTests
{
    private const string Shared = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [Fact]
    public async Task A_message_of_a_kibibyte_is_compressed_for_whom_offers_it()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));
        var peer = await test.OpenAsync(headers: Deflated.Offer);

        Assert.Contains($"\r\nSec-WebSocket-Extensions: {Shared}\r\n", await peer.Head, StringComparison.Ordinal);
        Assert.Equal(Shared, test.Server.Clients.Single().Extensions);
        peer.Send(Deflated.Compress(Deflated.Story));
        var echo = await peer.NextAsync();
        Assert.Equal(Deflated.Story, Deflated.Inflate(echo));
        Assert.InRange(echo!.Payload.Length, 1, Deflated.Story.Length / 5);

        peer.Send(Frame.OfText(new string('a', 1023)), Frame.OfText(new string('a', 1024)));
        Assert.False((await peer.NextAsync())!.IsCompressed);
        Assert.True((await peer.NextAsync())!.IsCompressed);
    }

    [Fact]
    public async Task Nothing_is_compressed_for_whom_does_not_offer_it()
    {
        await using var test = TestServer.Start(socket => socket.Send(Deflated.Story));
        var peer = await test.OpenAsync();

        Assert.DoesNotContain("Sec-WebSocket-Extensions", await peer.Head, StringComparison.Ordinal);
        Assert.Equal("", test.Server.Clients.Single().Extensions);
        Assert.Equal(Deflated.Story, await peer.NextTextAsync());
    }

    [Fact]
    public async Task Nothing_is_compressed_where_it_is_off()
    {
        await using var test = TestServer.Start(socket => socket.Send(Deflated.Story), new WebSocketServerOptions { Compression = null });
        var peer = await test.OpenAsync(headers: Deflated.Offer);

        Assert.DoesNotContain("Sec-WebSocket-Extensions", await peer.Head, StringComparison.Ordinal);
        Assert.False((await peer.NextAsync())!.IsCompressed);
        peer.Send(Deflated.Compress("hello"));
        Assert.Equal(1002, (await peer.NextCloseAsync()).Code);
    }

    [Fact]
    public async Task A_message_may_be_kept_from_it()
    {
        await using var test = TestServer.Start(socket =>
        {
            socket.Send(Deflated.Story, compress: false);
            socket.Send(Encoding.UTF8.GetBytes(Deflated.Story), MessageType.Text, compress: false);
            _ = socket.SendAsync(Deflated.Story, compress: false).AsTask();
            using (var broadcast = Broadcast.Text(Deflated.Story, compress: false))
            {
                broadcast.To(socket);
            }

            socket.Send(PreparedMessage.FromText(Deflated.Story, compress: false));
            socket.Send("end");
        });
        var peer = await test.OpenAsync(headers: Deflated.Offer);

        for (var i = 0; i < 5; i++)
        {
            var frame = await peer.NextAsync();
            Assert.False(frame!.IsCompressed);
            Assert.Equal(Deflated.Story, frame.Text);
        }

        Assert.Equal("end", await peer.NextTextAsync());
    }

    [Fact]
    public async Task What_does_not_get_smaller_is_sent_as_it_is()
    {
        var noise = System.Security.Cryptography.RandomNumberGenerator.GetBytes(50_000);
        await using var test = TestServer.Start(socket =>
        {
            socket.Send(noise);
            _ = socket.SendAsync(noise).AsTask();
            using var broadcast = Broadcast.Bytes(MessageType.Binary, noise);
            broadcast.To(socket);
        });
        var peer = await test.OpenAsync(headers: Deflated.Offer);

        for (var i = 0; i < 3; i++)
        {
            var frame = await peer.NextAsync();
            Assert.False(frame!.IsCompressed);
            Assert.Equal(noise, frame.Payload);
        }
    }

    [Fact]
    public async Task A_threshold_of_zero_compresses_all_but_what_would_grow()
    {
        await using var test = TestServer.Start(
            socket =>
            {
                socket.Send("");
                socket.Send("hello hello hello hello hello hello");
                socket.Send("hi");
            },
            new WebSocketServerOptions { Compression = new CompressionOptions { ThresholdBytes = 0 } });
        var peer = await test.OpenAsync(headers: Deflated.Offer);

        Assert.Equal("", await peer.NextTextAsync());
        Assert.Equal("hello hello hello hello hello hello", Deflated.Inflate(await peer.NextAsync()));
        Assert.Equal("hi", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_broadcast_is_compressed_once_for_all_of_the_same_setting()
    {
        await using var test = TestServer.Start();
        var first = await test.OpenAsync(headers: Deflated.Offer);
        var second = await test.OpenAsync(headers: Deflated.Offer);
        var narrow = await test.OpenAsync(headers: "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n");
        var plain = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 4);

        Assert.Equal(4, test.Server.Broadcast(Deflated.Story));
        Assert.Equal(4, test.Server.Clients.Broadcast(PreparedMessage.FromText(Deflated.Story)));

        for (var i = 0; i < 2; i++)
        {
            var compressed = await first.NextAsync();
            Assert.Equal(Deflated.Story, Deflated.Inflate(compressed));
            Assert.Equal(compressed!.Payload, (await second.NextAsync())!.Payload);
            Assert.Equal(Deflated.Story, Deflated.Inflate(await narrow.NextAsync()));
            Assert.Equal(Deflated.Story, await plain.NextTextAsync());
        }
    }

    [Theory]
    [InlineData(CompressionWindows.Shared)]
    [InlineData(CompressionWindows.Dedicated)]
    public async Task Our_client_and_our_server_agree(CompressionWindows windows)
    {
        var budget = new MemoryBudget();
        var compression = new CompressionOptions { Windows = windows };
        var received = new TaskCompletionSource<string>();
        await using (var test = TestServer.Start(
            socket => socket.OnMessage += message => socket.Send(message), new WebSocketServerOptions { Compression = compression, Memory = budget }))
        {
            await using var client = new WebSocket(
                $"ws://localhost:{test.Server.Port}/",
                new WebSocketClientOptions { Transport = test.Network, Compression = compression, Memory = budget });
            client.OnMessage += message => received.TrySetResult(message.Text);
            await client.IsOpen();

            Assert.Equal(windows == CompressionWindows.Shared ? Shared : "permessage-deflate", client.Extensions);
            Assert.Equal(client.Extensions, test.Server.Clients.Single().Extensions);
            Assert.Equal(windows == CompressionWindows.Dedicated, budget.WindowBytes > 0);
            Assert.True(client.Send(Deflated.Story));
            Assert.Equal(Deflated.Story, await received.Task.InTime());
        }

        // What the windows had is given back.
        await Eventually.IsTrue(() => budget.WindowBytes == 0);
    }

    [Fact]
    public async Task With_windows_of_its_own_a_connection_sends_little_of_what_it_has_sent_before()
    {
        await using var test = TestServer.Start(
            socket =>
            {
                socket.Send(Deflated.Story);
                socket.Send(Deflated.Story);
                using (var broadcast = Broadcast.Text(Deflated.Story))
                {
                    broadcast.To(socket);
                }

                socket.Send(Deflated.Story);
            },
            new WebSocketServerOptions { Compression = new CompressionOptions { Windows = CompressionWindows.Dedicated } });
        var peer = await test.OpenAsync(headers: Deflated.Offer);

        var first = (await peer.NextAsync())!.Payload.Length;
        Assert.InRange((await peer.NextAsync())!.Payload.Length, 1, first / 2);

        // Compressed for all, it refers to nothing; and what comes behind it does not refer to what was before.
        Assert.Equal(first, (await peer.NextAsync())!.Payload.Length);
        Assert.Equal(first, (await peer.NextAsync())!.Payload.Length);
    }

    [Theory]
    [InlineData(CompressionWindows.Shared)]
    [InlineData(CompressionWindows.Dedicated)]
    public async Task From_many_threads_every_message_arrives_whole(CompressionWindows windows)
    {
        const int threads = 6;
        const int messages = 200;
        var received = new HashSet<string>();
        await using var server = new WebSocketServer(new WebSocketServerOptions
        {
            Compression = new CompressionOptions { Windows = windows },
            MaxBacklogBytes = 64 * 1024 * 1024,
        });
        server.Start();
        await using var client = new WebSocket($"ws://localhost:{server.Port}/", new WebSocketClientOptions { Compression = new CompressionOptions { Windows = windows } });
        client.OnMessage += message =>
        {
            lock (received)
            {
                received.Add(message.Text);
            }
        };
        await client.IsOpen();
        await Eventually.IsTrue(() => server.Clients.Count == 1);
        var socket = server.Clients.Single();

        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < messages; i++)
            {
                var text = $"{thread} {i} {Deflated.Story[..(500 + (i * 61))]}";
                switch ((thread + i) % 4)
                {
                    case 0:
                        Assert.True(socket.Send(text));
                        break;
                    case 1:
                        Assert.True(await socket.SendAsync(text));
                        break;
                    case 2:
                        Assert.Equal(1, server.Broadcast(text));
                        break;
                    default:
                        Assert.True(socket.Send(text, compress: false));
                        break;
                }
            }
        })));

        await Eventually.IsTrue(() =>
        {
            lock (received)
            {
                return received.Count == threads * messages;
            }
        });
        Assert.Equal(ReadyState.Open, client.ReadyState);
    }

    [Fact]
    public async Task A_send_that_was_given_up_is_not_missed_by_those_that_refer_to_it()
    {
        var options = new WebSocketServerOptions
        {
            Compression = new CompressionOptions { Windows = CompressionWindows.Dedicated },
            MaxBacklogBytes = 40_000,
        };
        await using var test = TestServer.Start((Action<WebSocketServer>?)null, options);
        await using var client = new WebSocket(
            $"ws://localhost:{test.Server.Port}/",
            new WebSocketClientOptions { Transport = test.Network, Compression = options.Compression });
        var received = new List<string>();
        var release = new TaskCompletionSource();
        client.OnMessageAsync += async message =>
        {
            await release.Task;
            lock (received)
            {
                received.Add(message.Text);
            }
        };
        await client.IsOpen();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();
        using var giveUp = new CancellationTokenSource();

        // Noise fills the line and the backlog, until a send has to wait.
        var waiting = Enumerable.Range(0, 20).Select(_ => socket.SendAsync(Noise(), giveUp.Token).AsTask()).ToList();
        var text = Noise();
        var last = socket.SendAsync(text, TestContext.Current.CancellationToken).AsTask();
        Assert.False(last.IsCompleted);
        await giveUp.CancelAsync();
        release.SetResult();

        Assert.True(await last.InTime());
        await Eventually.IsTrue(() =>
        {
            lock (received)
            {
                return received.Contains(text);
            }
        });
        await Eventually.IsTrue(() => waiting.Exists(send => send.IsCanceled));
        Assert.Equal(ReadyState.Open, client.ReadyState);

        static string Noise() => System.Security.Cryptography.RandomNumberGenerator.GetHexString(20_000);
    }

    [Theory]
    [InlineData(-1, 1, 15, 15)]
    [InlineData(0, 0, 15, 15)]
    [InlineData(0, 10, 15, 15)]
    [InlineData(0, 1, 8, 15)]
    [InlineData(0, 1, 16, 15)]
    [InlineData(0, 1, 15, 8)]
    [InlineData(0, 1, 15, 16)]
    public void An_option_out_of_its_range_is_refused(int threshold, int level, int bits, int peerBits)
    {
        var compression = new CompressionOptions { ThresholdBytes = threshold, Level = level, MaxWindowBits = bits, MaxPeerWindowBits = peerBits };

        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketServer(new WebSocketServerOptions { Compression = compression }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocket("ws://localhost:1/", new WebSocketClientOptions { Compression = compression }));
    }
}
