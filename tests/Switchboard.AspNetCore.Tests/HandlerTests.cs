using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;

namespace Switchboard.AspNetCore.Tests;

public abstract class HandlerTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task A_synchronous_handler_attaches_to_events()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/echo", (socket, _) => socket.OnMessage += message => socket.Send(message)));
        using var client = await Browserlike.ConnectAsync(app.Url("/echo"));

        await client.SayAsync("hello");

        Assert.Equal("hello", await client.HearAsync());
    }

    [Fact]
    public async Task An_asynchronous_handler_loops_over_messages_and_may_first_wait_for_something_else()
    {
        var ready = new TaskCompletionSource();
        await using var app = await StartAsync(app => app.MapWebSockets("/echo", async (socket, _) =>
        {
            await ready.Task;
            await foreach (var message in socket.Messages)
            {
                await socket.SendAsync(message);
            }
        }));
        using var client = await Browserlike.ConnectAsync(app.Url("/echo"));

        await client.SayAsync("before the handler listens");
        ready.SetResult();

        Assert.Equal("before the handler listens", await client.HearAsync());
    }

    [Fact]
    public async Task The_server_may_speak_first()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (socket, _) => socket.Send("welcome")));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.Equal("welcome", await client.HearAsync());
    }

    [Fact]
    public async Task Speaks_with_our_own_client()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/echo", (socket, _) => socket.OnMessage += message => socket.Send(message)));
        await using var client = new WebSocket(app.Url("/echo").ToString());
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.OnMessage += message => heard.TrySetResult(message.Text);
        client.OnOpen += () => client.Send("hello");

        Assert.Equal("hello", await heard.Task.Soon());
        await client.CloseAsync(reason: "bye").Soon();
        Assert.True(client.WasClean);
    }

    [Fact]
    public async Task Takes_what_comes_in_one_packet_with_the_request()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/echo", (socket, _) => socket.OnMessage += message => socket.Send(message)));
        using var client = await RawClient.ConnectAsync(app.Port);

        // "hi", masked with zeros.
        await client.SendAsync($"GET /echo HTTP/1.1\r\nHost: 127.0.0.1:{app.Port}\r\n{RawClient.UpgradeHeaders}\r\n\x81\x82\0\0\0\0hi");

        var answer = await client.ReadAnswerAsync();
        Assert.Equal(101, answer.Status);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.Header("Sec-WebSocket-Accept"));
        Assert.Equal("hi", (await client.ReadFrameAsync()).AsText);
    }

    [Fact]
    public async Task Reads_no_further_while_an_asynchronous_handler_is_awaited()
    {
        var goOn = new SemaphoreSlim(0);
        var running = 0;
        var handled = 0;
        var overlapped = false;
        await using var app = await StartAsync(app => app.MapWebSockets("/", (socket, _) => socket.OnMessageAsync += async _ =>
        {
            overlapped |= Interlocked.Increment(ref running) > 1;
            await goOn.WaitAsync(CancellationToken.None);
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref handled);
        }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        // Far more than the buffers on the way hold: the sender has to wait for the handler.
        var data = new byte[1024 * 1024];
        var sending = SendAllAsync();
        async Task SendAllAsync()
        {
            for (var i = 0; i < 64; i++)
            {
                await client.SayAsync(data);
            }
        }

        await Patience.Until(() => Volatile.Read(ref running) == 1);
        Assert.False(sending.IsCompleted);

        goOn.Release(64);
        await sending.Soon();
        await Patience.Until(() => Volatile.Read(ref handled) == 64);
        Assert.False(overlapped);
        await client.GoAsync();
        Assert.Equal(WebSocketState.Closed, client.State);
    }
}

public sealed class HandlerInKestrelTests() : HandlerTests(Home.Kestrel);

public sealed class HandlerOnLoopTests() : HandlerTests(Home.Loop);
