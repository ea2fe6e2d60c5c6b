using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;

namespace Switchboard.AspNetCore.Tests;

public abstract class MessageTests(Home home) : AppTests(home)
{
    public static TheoryData<int, bool> SizesAndTypes()
    {
        var data = new TheoryData<int, bool>();
        foreach (var size in (int[])[0, 1, 125, 126, 4096, 16 * 1024, 65_535, 65_536, 1024 * 1024])
        {
            data.Add(size, true);
            data.Add(size, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SizesAndTypes))]
    public async Task A_message_comes_back_as_it_went_whatever_its_size_type_and_fragments(int size, bool isText)
    {
        var random = new Random(size);
        var data = new byte[size];
        random.NextBytes(data);
        for (var i = 0; isText && i < size; i++)
        {
            data[i] = (byte)('a' + (data[i] % 26));
        }

        var type = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        await using var app = await StartAsync(app => app.MapWebSockets("/echo", (socket, _) => socket.OnMessage += message => socket.Send(message)));
        using var client = await Browserlike.ConnectAsync(app.Url("/echo"));

        await client.SayAsync(data, type);
        var whole = await client.HearMessageAsync();
        for (var sent = 0; sent < size;)
        {
            var count = Math.Min(random.Next(2 + (size / 4)), size - sent);
            await client.SendAsync(data.AsMemory(sent, count), type, sent + count == size, TestContext.Current.CancellationToken);
            sent += count;
        }

        Assert.Equal(type, whole.Type);
        Assert.Equal(data, whole.Data);
        if (size > 0)
        {
            var fragmented = await client.HearMessageAsync();
            Assert.Equal(type, fragmented.Type);
            Assert.Equal(data, fragmented.Data);
        }
    }

    [Fact]
    public async Task A_thousand_messages_in_one_burst_come_back_in_order()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/echo", (socket, _) => socket.OnMessage += message => socket.Send(message)));
        using var client = await Browserlike.ConnectAsync(app.Url("/echo"));

        for (var i = 0; i < 1000; i++)
        {
            await client.SayAsync($"message {i}");
        }

        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal($"message {i}", await client.HearAsync());
        }
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (_, _) => { }));
        using var client = await RawClient.OpenAsync(app.Port, "/");

        await client.SendFrameAsync(Frame.Ping, "are you there"u8);

        var pong = await client.ReadFrameAsync();
        Assert.Equal((0xA, "are you there"), (pong.Opcode, pong.AsText));
    }

    [Fact]
    public async Task A_message_over_the_limit_ends_its_connection_with_1009_before_it_is_all_there()
    {
        await using var app = await StartAsync(app =>
            app.MapWebSockets("/", (_, _) => { }, new ServerWebSocketOptions { MaxMessageBytes = 1000 }));
        using var client = await RawClient.OpenAsync(app.Port, "/");

        // Binary, 2^32 bytes, of which none follows.
        await client.SendAsync(Convert.FromHexString("82FF0000000100000000" + "00000000"));

        var close = await client.ReadFrameAsync();
        Assert.Equal((Frame.Close, 1009), (close.Opcode, close.CloseCode));
        await client.ReadToEndAsync();
    }
}

public sealed class MessageInKestrelTests() : MessageTests(Home.Kestrel);

public sealed class MessageOnLoopTests() : MessageTests(Home.Loop);
