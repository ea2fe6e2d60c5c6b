using System.Collections.Concurrent;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests;

/// <summary>A server that comes and goes, over real sockets.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_thousand_restarts_leave_no_leak_lose_no_close_and_double_no_message()
    {
        const int restarts = 1000;
        var received = new ConcurrentDictionary<string, int>();
        var (downs, opens, closes) = (0, 0, 0);
        var port = 0;
        var server = Serve();
        port = server.Port;
        var client = new ReconnectingWebSocket(
            $"ws://127.0.0.1:{port}/", new WebSocketClientOptions { Transport = SocketTransportFactory.Instance },
            new ReconnectOptions { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2) });
        var greetings = new ConcurrentQueue<int>();
        client.OnOpen += () => Interlocked.Increment(ref opens);
        client.OnMessage += message => greetings.Enqueue(int.Parse(message.Text));
        client.OnReconnecting += ended =>
        {
            // An attempt at a server that is away is no connection that has ended.
            if (ended.Failure?.Kind is not FailureKind.Connect)
            {
                Interlocked.Increment(ref downs);
            }
        };
        client.OnClose += (_, _) => Interlocked.Increment(ref closes);
        var memory = 0L;
        for (var restart = 0; restart < restarts; restart++)
        {
            await Eventually.IsTrue(() => greetings.Count == restart + 1 && received.Count == restart);

            // By turns the server says goodbye, or cuts everybody at once.
            await server.StopAsync(new CancellationToken(canceled: restart % 2 == 0)).InTime();
            await Eventually.IsTrue(() => Volatile.Read(ref downs) == restart + 1);
            Assert.True(client.Send($"{restart}"));
            server = Serve();
            if (restart == 100)
            {
                memory = Settled();
            }
        }

        await Eventually.IsTrue(() => received.Count == restarts && greetings.Count == restarts + 1);
        var grown = Settled() - memory;
        Assert.Equal(Enumerable.Range(0, restarts + 1), greetings);
        Assert.Equal((restarts, restarts + 1, 0), (downs, opens, closes));
        Assert.All(received, message => Assert.Equal(1, message.Value));
        await client.CloseAsync();
        Assert.Equal(1, closes);
        TestContext.Current.TestOutputHelper?.WriteLine($"{grown} bytes more after {restarts - 100} restarts.");

        // A connection that was kept would be 2 KiB, and a server more.
        Assert.InRange(grown, long.MinValue, (restarts - 100) * 512L);
        await server.StopAsync(TestContext.Current.CancellationToken);

        WebSocketServer Serve()
        {
            var number = opens;
            var next = new WebSocketServer(new WebSocketServerOptions { Transport = SocketTransportFactory.Instance, Host = "127.0.0.1", Port = port });
            next.OnConnection += (socket, _) =>
            {
                socket.OnMessage += message => received.AddOrUpdate(message.Text, 1, static (_, count) => count + 1);
                socket.Send($"{number}");
            };
            next.Start();
            return next;
        }
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
