using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;

namespace Switchboard.AspNetCore.Tests;

/// <summary>Counts what belongs to the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What is left of a request whose connection has gone its own way, and of connections that have come to nothing.</summary>
[Collection(nameof(Alone))]
public sealed class LeftoverTests() : AppTests(Home.Loop)
{
    [Fact]
    public async Task Of_the_request_and_of_Kestrels_connection_nothing_is_kept_while_the_web_socket_lives()
    {
        var leftovers = new List<WeakReference>();
        await using var app = await StartAsync(app =>
        {
            app.MapWebSockets("/", (socket, request) =>
            {
                Remember(leftovers, request);
                socket.OnMessage += message => socket.Send(message);
            });
            app.MapWebSockets("/later", async (socket, request) =>
            {
                await Task.Yield();
                Remember(leftovers, request);
                socket.OnMessage += message => socket.Send(message);
            });
        });
        var clients = new List<System.Net.WebSockets.ClientWebSocket>();
        for (var i = 0; i < 50; i++)
        {
            clients.Add(await Browserlike.ConnectAsync(app.Url(i % 2 == 0 ? "/" : "/later")));
            await clients[i].SayAsync("hello");
            Assert.Equal("hello", await clients[i].HearAsync());
        }

        // A request's last frames may still stand on a thread's stack.
        await Patience.Until(() => AliveOf(leftovers) <= 6);

        Assert.Equal(150, leftovers.Count);
        foreach (var client in clients)
        {
            await client.SayAsync("still here");
            Assert.Equal("still here", await client.HearAsync());
            client.Dispose();
        }
    }

    [Fact]
    public async Task Two_thousand_connections_of_all_kinds_leave_no_descriptor_behind()
    {
        const string Head = "GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\n" + RawClient.UpgradeHeaders;
        WebSocketEndpoint endpoint = null!;
        await using var app = await StartAsync(app =>
        {
            app.MapGet("/", () => "a page");
            endpoint = app.MapWebSockets("/chat", (socket, _) => socket.OnMessage += message => socket.Send(message));
        });
        Assert.Equal("a page", await app.Http.GetStringAsync("/", TestContext.Current.CancellationToken));
        var before = Sockets();

        string[] kinds =
        [
            "",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /not-there HTTP/1.1\r\nUpgrade: websocket\r\nHost: a\r\n\r\n",
            "nonsense\r\n\r\n",
            Head[..30],
            Head + "\r\n",
            Head + "\r\n\x81\x82\0\0\0\0hi",
            Head + "Upgrade websocket\r\n\r\n",
        ];
        for (var round = 0; round < 50; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(i => VisitAsync(app.Port, kinds[i % kinds.Length], isAnswerAwaited: i % 3 == 0, isKilled: i % 4 >= 2)));
        }

        await Patience.Until(() => Sockets() <= before && endpoint.Clients.Count == 0);
        Assert.Empty(app.Errors);
    }

    private static async Task VisitAsync(int port, string request, bool isAnswerAwaited, bool isKilled)
    {
        using var client = await RawClient.ConnectAsync(port);
        await client.SendAsync(request);
        if (isAnswerAwaited && request.EndsWith("\n\r\n", StringComparison.Ordinal))
        {
            await client.ReadAnswerAsync();
        }

        if (isKilled)
        {
            client.Kill();
        }
    }

    // Of the process's other descriptors (watched files, libraries) some come and go by themselves.
    private static int Sockets() => Directory.GetFileSystemEntries("/proc/self/fd").Count(
        entry => new FileInfo(entry).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false);

    private static void Remember(List<WeakReference> leftovers, WebSocketRequest request)
    {
        lock (leftovers)
        {
            var context = request.HttpContext;
            leftovers.AddRange([new(request), new(context), new(context.Features.Get<IHttpConnectionFeature>())]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int AliveOf(List<WeakReference> references)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return references.Count(reference => reference.IsAlive);
    }
}
