using System.Net.WebSockets;
using System.Text;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Echoes_to_the_runtimes_own_client()
    {
        var closed = new TaskCompletionSource<(CloseCode, string)>();
        await using var server = new WebSocketServer(new WebSocketServerOptions());
        server.OnConnection += (socket, _) =>
        {
            socket.OnMessage += message => socket.Send($"Server received: {message.Text}");
            socket.OnClose += (code, reason) => closed.SetResult((code, reason));
        };
        server.Start();
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://localhost:{server.Port}/x?y=1"), TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync(Encoding.UTF8.GetBytes($"hello {i}"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        }

        var buffer = new byte[1000];
        for (var i = 0; i < 100; i++)
        {
            var r = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal($"Server received: hello {i}", Encoding.UTF8.GetString(buffer, 0, r.Count));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestContext.Current.CancellationToken);
        Assert.Equal((CloseCode.NormalClosure, "bye"), await closed.Task);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_client_talks_to_our_server(bool memory)
    {
        var network = memory ? new MemoryNetwork { Split = n => Math.Min(n, 3) } : null;
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = network });
        server.OnConnectionAsync += async (socket, _) =>
        {
            await Task.Delay(20);
            await foreach (var message in socket.Messages)
            {
                await socket.SendAsync(message);
            }
        };
        server.Start();
        var client = new WebSocket($"ws://localhost:{server.Port}/", new WebSocketClientOptions { Transport = network });
        var got = new TaskCompletionSource();
        var texts = new List<string>();
        client.OnOpen += () => { for (var i = 0; i < 50; i++) { client.Send($"m{i}"); } };
        client.OnMessage += m => { texts.Add(m.Text); if (texts.Count == 50) { got.SetResult(); } };
        await got.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"m{i}"), texts);
        await client.CloseAsync(reason: "done");
        Assert.True(client.WasClean);
        Assert.Equal(CloseCode.NormalClosure, client.CloseCode);
    }
}
