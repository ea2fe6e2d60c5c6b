using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;

namespace Switchboard.AspNetCore.Tests;

public abstract class MemoryTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task Nothing_is_kept_of_five_hundred_connections_that_have_closed()
    {
        var sockets = new List<WeakReference>();
        var closes = 0;
        WebSocketEndpoint endpoint = null!;
        await using var app = await StartAsync(app => endpoint = app.MapWebSockets("/", (socket, _) =>
        {
            socket.OnMessage += message => socket.Send(message);
            socket.OnClose += (_, _) => Interlocked.Increment(ref closes);
            lock (sockets)
            {
                sockets.Add(new WeakReference(socket));
            }
        }));

        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => VisitAsync(app.Url("/"), isPolite: i % 2 == 0)));
        }

        await Patience.Until(() => Volatile.Read(ref closes) == 500 && endpoint.Clients.Count == 0);

        // A request's last frames may still stand on a thread's stack, so a few may be alive, and wait for another round.
        await Patience.Until(() => AliveOf(sockets) <= 10);
        Assert.Equal(500, sockets.Count);
        Assert.Empty(app.Errors);
    }

    private static async Task VisitAsync(Uri url, bool isPolite)
    {
        using var client = await Browserlike.ConnectAsync(url);
        await client.SayAsync("hello");
        Assert.Equal("hello", await client.HearAsync());
        if (isPolite)
        {
            await client.GoAsync();
        }
        else
        {
            client.Abort();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int AliveOf(List<WeakReference> sockets)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return sockets.Count(socket => socket.IsAlive);
    }
}

public sealed class MemoryInKestrelTests() : MemoryTests(Home.Kestrel);

public sealed class MemoryOnLoopTests() : MemoryTests(Home.Loop);
