using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>Over real sockets, with a client that nobody here wrote.</summary>
public sealed class InteropTests
{
    [Fact]
    public async Task Greets_answers_and_closes_as_in_the_README()
    {
        var closed = new TaskCompletionSource<(CloseCode, string)>();
        await using var server = Start(socket =>
        {
            socket.Send("welcome");
            socket.OnMessage += message => socket.Send($"Server received: {message.Text}");
            socket.OnClose += (code, reason) => closed.SetResult((code, reason));
        });
        using var client = await ConnectAsync(server, "/x?y=1");

        Assert.Equal("welcome", await ReceiveTextAsync(client));
        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync(Encoding.UTF8.GetBytes($"hello {i}"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"Server received: hello {i}", await ReceiveTextAsync(client));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestContext.Current.CancellationToken);
        Assert.Equal((CloseCode.NormalClosure, "bye"), await closed.Task.InTime());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Messages_of_every_size_in_random_fragments_come_back_whole(int seed)
    {
        var random = new Random(seed);
        await using var server = Start(socket => socket.OnMessage += message => socket.Send(message), maxBacklog: 8 * 1024 * 1024);
        using var client = await ConnectAsync(server);
        int[] sizes = [0, 1, 125, 126, 127, 65535, 65536, 1024 * 1024, .. Enumerable.Range(0, 30).Select(_ => random.Next(100_000))];

        foreach (var size in sizes)
        {
            var isText = random.Next(2) == 0;
            var payload = new byte[size];
            random.NextBytes(payload);
            if (isText)
            {
                payload = [.. payload.Select(b => (byte)(b % 95 + 32))];
            }

            var type = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            for (var sent = 0; ;)
            {
                var count = Math.Min(payload.Length - sent, random.Next(1 + Math.Max(1, size / 5)));
                var isLast = sent + count == payload.Length;
                await client.SendAsync(payload.AsMemory(sent, count), type, isLast, TestContext.Current.CancellationToken);
                sent += count;
                if (isLast)
                {
                    break;
                }
            }

            var (received, receivedType) = await ReceiveAsync(client);
            Assert.Equal(type, receivedType);
            Assert.True(payload.AsSpan().SequenceEqual(received));
        }
    }

    [Fact]
    public async Task A_client_that_is_disposed_abruptly_is_1006()
    {
        var ending = new Ending();
        await using var server = Start(ending.Watch);
        var client = await ConnectAsync(server);

        client.Dispose();

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await Eventually.IsTrue(() => server.Clients.Count == 0);
        Assert.Equal(1, ending.Count);
    }

    [Fact]
    public async Task Pings_go_both_ways_and_are_answered()
    {
        var pong = new TaskCompletionSource();
        await using var server = Start(socket =>
        {
            socket.OnPong += payload => pong.TrySetResult();
            socket.OnMessage += message =>
            {
                socket.Ping("are you there"u8);
                socket.Send(message);
            };
        });
        using var client = new ClientWebSocket();
        client.Options.KeepAliveInterval = TimeSpan.FromMilliseconds(20);
        client.Options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        await client.ConnectAsync(Address(server), TestContext.Current.CancellationToken);
        await client.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

        Assert.Equal("x", await ReceiveTextAsync(client));

        // The runtime's client answers while it receives.
        var receiving = ReceiveTextAsync(client);
        await pong.Task.InTime();
        server.Broadcast("end");
        Assert.Equal("end", await receiving);
    }

    [Fact]
    public async Task A_server_that_stops_says_1001()
    {
        var server = Start(static _ => { });
        using var client = await ConnectAsync(server);
        await Eventually.IsTrue(() => server.Clients.Count == 1);

        var stopping = server.StopAsync(TestContext.Current.CancellationToken);
        var result = await client.ReceiveAsync(new byte[100], TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, result.CloseStatus);
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, TestContext.Current.CancellationToken);

        await stopping.InTime();
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_1009_and_the_client_sees_it()
    {
        await using var server = Start(static _ => { });
        using var client = await ConnectAsync(server);

        await client.SendAsync(new byte[1024 * 1024 + 1], WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

        var result = await client.ReceiveAsync(new byte[200], TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, result.CloseStatus);
    }

    [Fact]
    public async Task Speaks_the_subprotocol_that_is_common()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Subprotocols = ["v2", "v1"] });
        server.Start();
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("v3");
        client.Options.AddSubProtocol("v1");

        await client.ConnectAsync(Address(server), TestContext.Current.CancellationToken);

        Assert.Equal("v1", client.SubProtocol);
    }

    [Fact]
    public async Task A_refusal_reaches_the_client()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Path = "/chat" });
        server.Start();
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(Address(server), TestContext.Current.CancellationToken));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, client.HttpStatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_client_talks_to_our_server(bool isMemory)
    {
        var network = isMemory ? new Transports.Memory.MemoryNetwork { Split = n => Math.Min(n, 3) } : null;
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = network });
        server.OnConnectionAsync += async (socket, _) =>
        {
            await Task.Yield();
            await foreach (var message in socket.Messages)
            {
                await socket.SendAsync(message);
            }
        };
        server.Start();
        var client = new WebSocket($"ws://localhost:{server.Port}/", new WebSocketClientOptions { Transport = network, TimeProvider = new FakeTimeProvider() });
        var texts = new List<string>();
        var isThere = new TaskCompletionSource();
        client.OnOpen += () => Enumerable.Range(0, 50).ToList().ForEach(i => client.Send($"m{i}"));
        client.OnMessage += message =>
        {
            texts.Add(message.Text);
            if (texts.Count == 50)
            {
                isThere.SetResult();
            }
        };

        await isThere.Task.InTime();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"m{i}"), texts);
        await client.CloseAsync(reason: "done").InTime();
        Assert.True(client.WasClean);
        Assert.Equal(CloseCode.NormalClosure, client.CloseCode);
    }

    private static WebSocketServer Start(Action<ServerWebSocket> onConnection, long maxBacklog = 1024 * 1024)
    {
        var server = new WebSocketServer(new WebSocketServerOptions { MaxBacklogBytes = maxBacklog });
        server.OnConnection += (socket, _) => onConnection(socket);
        server.Start();
        return server;
    }

    private static Uri Address(WebSocketServer server, string path = "/") => new($"ws://localhost:{server.Port}{path}");

    private static async Task<ClientWebSocket> ConnectAsync(WebSocketServer server, string path = "/")
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(Address(server, path), TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<string> ReceiveTextAsync(ClientWebSocket client) => Encoding.UTF8.GetString((await ReceiveAsync(client)).Payload);

    private static async Task<(byte[] Payload, WebSocketMessageType Type)> ReceiveAsync(ClientWebSocket client)
    {
        var buffer = new byte[64 * 1024];
        using var payload = new MemoryStream();
        while (true)
        {
            var result = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken).InTime();
            payload.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
            {
                return (payload.ToArray(), result.MessageType);
            }
        }
    }
}
