using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Switchboard.AspNetCore.Tests;

/// <summary>permessage-deflate, agreed on in an answer that Kestrel writes.</summary>
public abstract class CompressionTests(Home home) : AppTests(home)
{
    private static readonly string Story = string.Join(' ', Enumerable.Range(0, 3000).Select(i => $"Chapter {i}: and they lived on happily."));

    [Theory]
    [InlineData(CompressionWindows.Shared, "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData(CompressionWindows.Dedicated, "permessage-deflate")]
    public async Task Messages_go_both_ways(CompressionWindows windows, string agreed)
    {
        await using var app = await StartAsync(app => Map(app, windows));
        using var client = await Browserlike.ConnectAsync(app.Url("/"), options =>
        {
            options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            options.CollectHttpResponseDetails = true;
        });

        Assert.Equal(agreed, Assert.Single(client.HttpResponseHeaders!["Sec-WebSocket-Extensions"]));
        await ConverseAsync(client);
    }

    [Fact]
    public async Task Messages_go_both_ways_over_HTTP_2()
    {
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)),
            app => Map(app, CompressionWindows.Shared));
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await client.ConnectAsync(app.Url("/"), over, TestContext.Current.CancellationToken).Soon();

        await ConverseAsync(client);
    }

    [Fact]
    public async Task A_connection_that_comes_to_nothing_gives_back_what_its_windows_would_have_had()
    {
        var budget = new MemoryBudget();
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 1),
            app => app.MapWebSockets("/", (socket, _) => { }, new ServerWebSocketOptions
            {
                Memory = budget,
                Compression = new CompressionOptions { Windows = CompressionWindows.Dedicated },
            }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"), Offer);
        var ofOne = budget.WindowBytes;

        Assert.InRange(ofOne, 1, int.MaxValue);
        if (!IsOnLoop)
        {
            Assert.Equal(503, await Browserlike.RefusalAsync(app.Url("/"), Offer));
            await Patience.Until(() => budget.WindowBytes == ofOne);
        }

        await client.GoAsync();
        await Patience.Until(() => budget.WindowBytes == 0);

        static void Offer(ClientWebSocketOptions options) => options.DangerousDeflateOptions = new WebSocketDeflateOptions();
    }

    private static void Map(WebApplication app, CompressionWindows windows) => app.MapWebSockets(
        "/",
        (socket, _) => socket.OnMessage += message => socket.Send(message),
        new ServerWebSocketOptions { Compression = new CompressionOptions { Windows = windows } });

    private static async Task ConverseAsync(ClientWebSocket client)
    {
        for (var size = 1; size < Story.Length; size += size)
        {
            await client.SayAsync(Story[..size]);
            Assert.Equal(Story[..size], await client.HearAsync());
        }
    }
}

public sealed class CompressionInKestrelTests() : CompressionTests(Home.Kestrel);

public sealed class CompressionOnLoopTests() : CompressionTests(Home.Loop);
