using System.Collections.Concurrent;
using System.Text;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests;

/// <summary>Messages come in order, one at a time, to whichever kind of handler there is.</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public async Task Are_echoed_in_order_however_the_bytes_are_split(int split)
    {
        await using var test = TestServer.Start(
            socket => socket.OnMessage += message => socket.Send(message), network: new MemoryNetwork { Split = n => Math.Min(n, split) });
        var peer = await test.OpenAsync();

        for (var i = 0; i < 200; i++)
        {
            peer.Send(Frame.OfText($"message {i}"));
        }

        for (var i = 0; i < 200; i++)
        {
            Assert.Equal($"message {i}", await peer.NextTextAsync());
        }
    }

    [Fact]
    public async Task Come_when_they_were_sent_behind_the_handshake()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));

        var peer = await test.OpenAsync("/", "", Frame.OfText("early"), Frame.OfText("bird"));

        Assert.Equal("early", await peer.NextTextAsync());
        Assert.Equal("bird", await peer.NextTextAsync());
    }

    [Fact]
    public async Task Keep_their_type()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));
        var peer = await test.OpenAsync();

        peer.Send(new Frame(2, [0xFF, 0x00]));

        Assert.Equal((2, "FF00"), await peer.NextAsync() is { } frame ? (frame.Opcode, Convert.ToHexString(frame.Payload)) : default);
    }

    [Fact]
    public async Task Wait_for_an_asynchronous_handler_and_the_sender_with_them()
    {
        var started = new ConcurrentQueue<string>();
        var gate = new SemaphoreSlim(0);
        await using var test = TestServer.Start(socket => socket.OnMessageAsync += async message =>
        {
            started.Enqueue(message.Text[..1]);
            await gate.WaitAsync();
        });
        var peer = await test.OpenAsync();
        var large = new string('x', 60_000);

        for (var i = 0; i < 5; i++)
        {
            peer.Send(Frame.OfText($"{i}{large}"));
        }

        // Reading has stopped at the first: what the line does not hold stays with the sender.
        await Eventually.IsTrue(() => !started.IsEmpty);
        Assert.True(Assert.Single(test.Network.Links) is not null);
        for (var i = 0; i < 5; i++)
        {
            var expected = i + 1;
            await Eventually.IsTrue(() => started.Count == expected);
            gate.Release();
        }

        Assert.Equal(["0", "1", "2", "3", "4"], started);
    }

    [Fact]
    public async Task A_sender_is_held_back_while_a_handler_is_awaited()
    {
        var gate = new TaskCompletionSource();
        var received = 0;
        await using var test = TestServer.Start(socket => socket.OnMessageAsync += async _ =>
        {
            Interlocked.Increment(ref received);
            await gate.Task;
        });
        await using var client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });
        await client.IsOpen();

        for (var i = 0; i < 40; i++)
        {
            client.Send(new byte[20_000], compress: false);
        }

        await Eventually.IsTrue(() => Volatile.Read(ref received) == 1);
        Assert.True(client.BufferedAmount > 500_000);
        gate.SetResult();
        await Eventually.IsTrue(() => Volatile.Read(ref received) == 40 && client.BufferedAmount == 0);
    }

    [Fact]
    public async Task Go_to_synchronous_handlers_first_and_then_to_asynchronous_ones_in_turn()
    {
        var log = new ConcurrentQueue<string>();
        await using var test = TestServer.Start(socket =>
        {
            socket.OnMessageAsync += async message =>
            {
                await Task.Yield();
                log.Enqueue($"{message.Text}: first async");
            };
            socket.OnMessageAsync += message =>
            {
                log.Enqueue($"{message.Text}: second async");
                return ValueTask.CompletedTask;
            };
            socket.OnMessage += message => log.Enqueue($"{message.Text}: sync");
        });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("a"), Frame.OfText("b"));

        await Eventually.IsTrue(() => log.Count == 6);
        Assert.Equal(["a: sync", "a: first async", "a: second async", "b: sync", "b: first async", "b: second async"], log);
    }

    [Fact]
    public async Task Handlers_of_one_connection_never_run_two_at_a_time()
    {
        var running = 0;
        var most = 0;
        var handled = 0;
        await using var test = TestServer.Start(socket =>
        {
            void Handle()
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref handled);
            }

            socket.OnMessage += _ => Handle();
            socket.OnPong += _ => Handle();
            socket.OnMessageAsync += async _ =>
            {
                await Task.Yield();
                Handle();
            };
        });
        var peer = await test.OpenAsync();

        for (var i = 0; i < 300; i++)
        {
            peer.Send(Frame.OfText("x"), new Frame(Frame.PongOpcode, []));
        }

        await Eventually.IsTrue(() => Volatile.Read(ref handled) == 900);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Are_a_stream_that_ends_with_the_connection()
    {
        var texts = new List<string>();
        var ended = new TaskCompletionSource();
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (socket, _) =>
        {
            await foreach (var message in socket.Messages)
            {
                texts.Add(message.Text);
            }

            ended.SetResult();
        });
        var peer = await test.OpenAsync();

        for (var i = 0; i < 50; i++)
        {
            peer.Send(Frame.OfText($"{i}"));
        }

        peer.Send(Frame.Close(1000));
        await ended.Task.InTime();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), texts);
    }

    [Fact]
    public async Task A_reader_that_breaks_off_misses_nothing_when_it_comes_back()
    {
        var texts = new List<string>();
        var ended = new TaskCompletionSource();
        await using var test = TestServer.Start(server => server.OnConnectionAsync += async (socket, _) =>
        {
            while (socket.ReadyState == ReadyState.Open || texts.Count < 20)
            {
                await foreach (var message in socket.Messages)
                {
                    texts.Add(message.Text);
                    break;
                }

                await Task.Yield();
            }

            ended.SetResult();
        });
        var peer = await test.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            peer.Send(Frame.OfText($"{i}"));
        }

        await Eventually.IsTrue(() => texts.Count == 20);
        peer.Send(Frame.Close(1000));
        await ended.Task.InTime();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), texts);
    }

    [Fact]
    public async Task The_stream_of_a_connection_that_has_ended_is_empty()
    {
        var sockets = new TaskCompletionSource<ServerWebSocket>();
        await using var test = TestServer.Start(sockets.SetResult);
        var peer = await test.OpenAsync();
        var socket = await sockets.Task.InTime();
        peer.Abort();
        await socket.Closed.InTime();

        Assert.Empty(await socket.Messages.ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_attached_after_an_await_misses_nothing(bool isAsyncVoid)
    {
        for (var round = 0; round < 200; round++)
        {
            await using var test = TestServer.Start(server =>
            {
                if (isAsyncVoid)
                {
                    server.OnConnection += async (socket, _) =>
                    {
                        await Task.Yield();
                        socket.OnMessage += message => socket.Send(message);
                    };
                }
                else
                {
                    server.OnConnectionAsync += async (socket, _) =>
                    {
                        await Task.Yield();
                        await foreach (var message in socket.Messages)
                        {
                            socket.Send(message);
                        }
                    };
                }
            });

            var peer = await test.OpenAsync("/", "", Frame.OfText("one"), Frame.OfText("two"));

            Assert.Equal("one", await peer.NextTextAsync());
            Assert.Equal("two", await peer.NextTextAsync());
        }
    }

    [Fact]
    public async Task Wait_for_the_last_of_several_opening_handlers_to_listen()
    {
        var slow = new TaskCompletionSource();
        await using var test = TestServer.Start(server =>
        {
            server.OnConnection += async (_, _) => await Task.Yield();
            server.OnConnectionAsync += async (socket, _) =>
            {
                await slow.Task;
                socket.OnMessage += message => socket.Send(message);
            };
        });
        var peer = await test.OpenAsync("/", "", Frame.OfText("one"));

        // The answer to the ping would have come behind the message, if that had been handed to nobody.
        slow.SetResult();

        Assert.Equal("one", await peer.NextTextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_only_pushes_keeps_nobody_from_pinging_and_closing(bool isAsyncVoid)
    {
        var ending = new Ending();
        var ticks = new SemaphoreSlim(0);
        async Task PushAsync(ServerWebSocket socket)
        {
            while (socket.ReadyState == ReadyState.Open)
            {
                await socket.SendAsync("tick");
                await ticks.WaitAsync(Eventually.Patience);
            }
        }

        await using var test = TestServer.Start(server =>
        {
            server.OnConnection += (socket, _) => ending.Watch(socket);
            if (isAsyncVoid)
            {
                server.OnConnection += async (socket, _) => await PushAsync(socket);
            }
            else
            {
                server.OnConnectionAsync += (socket, _) => PushAsync(socket);
            }
        });
        var peer = await test.OpenAsync();
        Assert.Equal("tick", await peer.NextTextAsync());

        peer.Send(new Frame(Frame.PingOpcode, [7]));
        Assert.Equal([7], (await peer.NextAsync())!.Payload);
        peer.Send(Frame.Close(1000, "enough"));

        Assert.Equal((CloseCode.NormalClosure, "enough"), await ending.First);
        ticks.Release();
    }

    [Fact]
    public async Task Are_dropped_when_no_handler_comes()
    {
        await using var test = TestServer.Start(static (ServerWebSocket _) => { });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("nobody"), new Frame(Frame.PingOpcode, [7]));

        Assert.Equal(Frame.PongOpcode, (await peer.NextAsync())!.Opcode);
    }

    [Fact]
    public async Task A_greeting_arrives_together_with_the_handshake()
    {
        await using var test = TestServer.Start(socket =>
        {
            socket.Send("hello");
            socket.Send("there");
        });

        var peer = await test.OpenAsync();

        Assert.Equal("hello", await peer.NextTextAsync());
        Assert.Equal("there", await peer.NextTextAsync());
        Assert.Equal(1, peer.Bursts);
    }

    [Fact]
    public async Task What_one_burst_causes_to_be_written_leaves_together()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));
        var peer = await test.OpenAsync();
        var before = peer.Bursts;

        peer.Send([.. Enumerable.Range(0, 100).Select(i => Frame.OfText($"{i}")), new Frame(Frame.PingOpcode, [])]);

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"{i}", await peer.NextTextAsync());
        }

        Assert.Equal(Frame.PongOpcode, (await peer.NextAsync())!.Opcode);
        Assert.Equal(before + 1, peer.Bursts);
    }

    [Fact]
    public async Task A_lone_surrogate_is_sent_as_the_replacement_character()
    {
        await using var test = TestServer.Start(socket => socket.Send("a\uD800b"));

        var peer = await test.OpenAsync();

        Assert.Equal("a\uFFFDb", await peer.NextTextAsync());
        Assert.Equal("61EFBFBD62", Convert.ToHexString(Encoding.UTF8.GetBytes("a\uFFFDb")));
    }
}
