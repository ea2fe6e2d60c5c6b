using System.Net.WebSockets;
using System.Text;

namespace Switchboard.Server.Tests;

public sealed class EchoTests(SharedServer server)
{
    [Fact]
    public async Task The_root_answers_each_text_with_what_it_received()
    {
        using var client = await Browserlike.ConnectAsync(server.WebSocket("/"));

        foreach (var text in (string[])["hello", "", "grüße 👋", new string('x', 100_000)])
        {
            await client.SayAsync(text);
            Assert.Equal($"Server received: {text}", await client.HearAsync());
        }

        await client.GoAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Fact]
    public async Task Binary_that_is_not_text_does_not_hurt_the_root()
    {
        using var client = await Browserlike.ConnectAsync(server.WebSocket("/"));

        await client.SayAsync([0xFF, 0xFE]);

        Assert.Equal((WebSocketMessageType.Text, "Server received: \uFFFD\uFFFD"), await HearAsync(client));
    }

    [Fact]
    public async Task Echo_gives_each_message_back_as_it_came()
    {
        using var client = await Browserlike.ConnectAsync(server.WebSocket("/echo?whatever"));
        var large = new byte[1024 * 1024];
        Random.Shared.NextBytes(large);

        await client.SayAsync("hello");
        await client.SayAsync([0xFF, 0x00]);
        await client.SayAsync([], WebSocketMessageType.Text);
        await client.SayAsync(large);

        Assert.Equal((WebSocketMessageType.Text, "hello"), await HearAsync(client));
        var binary = await client.HearMessageAsync();
        Assert.Equal(WebSocketMessageType.Binary, binary.Type);
        Assert.Equal([0xFF, 0x00], binary.Data);
        Assert.Equal((WebSocketMessageType.Text, ""), await HearAsync(client));
        Assert.Equal(large, (await client.HearMessageAsync()).Data);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/echo")]
    [InlineData("/rooms/lobby")]
    public async Task Pages_from_elsewhere_are_refused(string path)
    {
        Assert.Equal(403, (await RawClient.KnockAsync(server.Port, path, "Origin: http://evil.example\r\n")).Status);
        Assert.Equal(101, (await RawClient.KnockAsync(server.Port, path, $"Origin: http://127.0.0.1:{server.Port}\r\n")).Status);
    }

    private static async Task<(WebSocketMessageType, string)> HearAsync(ClientWebSocket client)
    {
        var (type, data) = await client.HearMessageAsync();
        return (type, Encoding.UTF8.GetString(data));
    }
}
