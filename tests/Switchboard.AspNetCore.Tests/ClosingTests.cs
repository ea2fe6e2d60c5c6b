using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Switchboard.AspNetCore.Tests;

public abstract class ClosingTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task A_handler_that_throws_ends_its_connection_with_1011_and_the_application_lives()
    {
        await using var app = await StartAsync(app =>
        {
            app.MapWebSockets("/at-once", (_, _) => throw new InvalidDataException("at once"));
            app.MapWebSockets("/later", async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidDataException("later");
            });
            app.MapWebSockets("/message", (socket, _) => socket.OnMessage += _ => throw new InvalidDataException("message"));
            app.MapWebSockets("/message-later", (socket, _) => socket.OnMessageAsync += async _ =>
            {
                await Task.Yield();
                throw new InvalidDataException("message later");
            });
            app.MapGet("/", () => "alive");
        });

        foreach (var path in (string[])["/at-once", "/later", "/message", "/message-later"])
        {
            using var client = await Browserlike.ConnectAsync(app.Url(path));
            if (path.StartsWith("/message", StringComparison.Ordinal))
            {
                await client.SayAsync("hello");
            }

            var (code, reason) = await client.HearCloseAsync();
            Assert.Equal(CloseCode.InternalError, code);
            Assert.DoesNotContain("InvalidData", reason, StringComparison.Ordinal);
        }

        Assert.Equal(4, app.Errors.Count);
        Assert.Equal("alive", await app.Http.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_is_killed_is_told_once_as_1006_and_its_request_ends(bool isReset)
    {
        var closes = new List<CloseCode>();
        var closesCount = 0;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        WebSocketEndpoint endpoint = null!;
        await using var app = await StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                ended.TrySetResult();
            });
            endpoint = app.MapWebSockets("/", (socket, _) => socket.OnClose += (code, _) =>
            {
                lock (closes)
                {
                    closes.Add(code);
                    closesCount++;
                }
            });
        });
        using var client = await RawClient.OpenAsync(app.Port, "/");

        // Half of a message, so that somebody waits for the rest.
        await client.SendAsync(Convert.FromHexString("81FE0100" + "00000000" + "6162"));
        if (isReset)
        {
            client.Kill();
        }
        else
        {
            client.Dispose();
        }

        await ended.Task.Soon();
        await Patience.Until(() => endpoint.Clients.Count == 0 && Volatile.Read(ref closesCount) > 0);
        Assert.Equal([CloseCode.AbnormalClosure], closes);
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task A_close_by_the_client_is_told_with_its_code_and_reason()
    {
        var closed = new TaskCompletionSource<(CloseCode, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(app => app.MapWebSockets("/", (socket, _) => socket.OnClose += (code, reason) => closed.SetResult((code, reason))));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        await client.CloseAsync((WebSocketCloseStatus)4242, "enough", TestContext.Current.CancellationToken).Soon();

        Assert.Equal(((CloseCode)4242, "enough"), await closed.Task.Soon());
        Assert.Equal((WebSocketCloseStatus)4242, client.CloseStatus);
    }

    [Fact]
    public async Task A_stop_of_the_host_says_1001_to_all()
    {
        await using var app = await StartAsync(app =>
        {
            app.MapWebSockets("/one", (socket, _) => socket.Send("in"));
            app.MapWebSockets("/two", async (socket, _) =>
            {
                socket.Send("in");
                await foreach (var message in socket.Messages)
                {
                    socket.Send(message);
                }
            });
        });
        var clients = new List<ClientWebSocket>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await Browserlike.ConnectAsync(app.Url(i % 2 == 0 ? "/one" : "/two")));
            Assert.Equal("in", await clients[i].HearAsync());
        }

        var stopping = app.StopAsync();
        foreach (var client in clients)
        {
            Assert.Equal(CloseCode.GoingAway, (await client.HearCloseAsync()).Code);
            await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", TestContext.Current.CancellationToken);
            client.Dispose();
        }

        await stopping.Soon();
    }

    [Fact]
    public async Task A_stop_does_not_wait_longer_than_the_close_timeout_for_clients_that_never_answer()
    {
        await using var app = await StartAsync(app =>
            app.MapWebSockets("/", (socket, _) => socket.Send("in"), new ServerWebSocketOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) }));
        using var client = await RawClient.OpenAsync(app.Port, "/");
        Assert.Equal("in", (await client.ReadFrameAsync()).AsText);

        // The host itself would wait for five minutes.
        await app.StopAsync().Soon();

        Assert.Equal(1001, (await client.ReadFrameAsync()).CloseCode);
        await client.ReadToEndAsync();
    }

    [Fact]
    public async Task Nor_for_clients_that_never_read()
    {
        WebSocketEndpoint endpoint = null!;
        await using var app = await StartAsync(app =>
            endpoint = app.MapWebSockets("/", (_, _) => { }, new ServerWebSocketOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) }));
        using var client = await RawClient.OpenAsync(app.Port, "/", receiveBuffer: 4096);
        await Patience.Until(() => endpoint.Clients.Count == 1);

        var socket = endpoint.Clients.Single();
        var data = new byte[64 * 1024];
        while (socket.BufferedAmount < 512 * 1024)
        {
            Assert.True(socket.Send(data));
        }

        await app.StopAsync().Soon();
        Assert.Equal(ReadyState.Closed, socket.ReadyState);
    }

    [Fact]
    public async Task Nor_for_a_client_whose_handshake_is_decided_while_it_stops()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var decide = new TaskCompletionSource<HandshakeDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isStopping = default(CancellationToken);
        await using var app = await StartAsync(app =>
        {
            isStopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            app.MapWebSockets("/", (_, _) => { }, new ServerWebSocketOptions
            {
                CloseTimeout = TimeSpan.FromMilliseconds(200),
                OnHandshake = (_, _) =>
                {
                    asked.SetResult();
                    return new(decide.Task);
                },
            });
        });
        using var client = await RawClient.ConnectAsync(app.Port);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: 127.0.0.1:{app.Port}\r\n{RawClient.UpgradeHeaders}\r\n");
        await asked.Task.Soon();

        var stopping = app.StopAsync();
        await Patience.Until(() => isStopping.IsCancellationRequested);
        decide.SetResult(HandshakeDecision.Accept);

        // It is refused, or let in and sent away; whichever it is, it does not answer.
        await stopping.Soon();
        Assert.Contains((await client.ReadAnswerAsync()).Status, (int[])[101, 503]);
    }

    [Fact]
    public async Task A_client_that_never_reads_is_closed_when_its_backlog_is_full_and_its_request_ends()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        WebSocketEndpoint endpoint = null!;
        await using var app = await StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                ended.TrySetResult();
            });
            endpoint = app.MapWebSockets("/", (_, _) => { }, new ServerWebSocketOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) });
        });
        using var client = await RawClient.OpenAsync(app.Port, "/", receiveBuffer: 4096);
        await Patience.Until(() => endpoint.Clients.Count == 1);

        var socket = endpoint.Clients.Single();
        var data = new byte[64 * 1024];
        while (socket.Send(data))
        {
            Assert.InRange(socket.BufferedAmount, 0, 1024 * 1024);
        }

        await ended.Task.Soon();
        await socket.Closed.Soon();
        Assert.Equal(CloseCode.TryAgainLater, socket.CloseCode);
        Assert.Empty(endpoint.Clients);
    }
}

public sealed class ClosingInKestrelTests() : ClosingTests(Home.Kestrel);

public sealed class ClosingOnLoopTests() : ClosingTests(Home.Loop);
