namespace Switchboard.Wpt.StreamTentative;

/// <summary><c>websockets/stream/tentative/constructor.any.js</c>: it is <see cref="WebSocket.ConnectAsync"/>.</summary>
public sealed class Constructor
{
    [Theory, WebPlatformTest("stream/tentative/constructor.any.js")]
    public Task With_an_invalid_url(Variant variant) => variant.RunAsync(
        () => Assert.ThrowsAsync<SyntaxErrorException>(() => WebSocket.ConnectAsync("invalid:", cancellationToken: TestContext.Current.CancellationToken)));

    [Theory, WebPlatformTest("stream/tentative/constructor.any.js")]
    public Task With_a_valid_url(Variant variant) => variant.RunAsync(async () =>
    {
        await using var socket = await variant.ConnectAsync("/echo");
        Assert.Equal(variant.Url("/echo"), socket.Url);
    });

    [Theory, WebPlatformTest("stream/tentative/constructor.any.js")]
    public Task With_protocols(Variant variant) => variant.RunAsync(async () =>
    {
        var options = new WebSocketClientOptions { Protocols = ["alpha", "beta"] };
        await using var socket = await variant.ConnectAsync("/protocol_array", options);
        Assert.Equal("alpha", socket.Protocol);
        Assert.Equal("alpha", (await socket.NextAsync())?.Text);
    });

    [Theory, WebPlatformTest("stream/tentative/constructor.any.js")]
    public Task That_fails(Variant variant) => variant.RunAsync(async () =>
    {
        var exception = await Assert.ThrowsAsync<WebSocketConnectException>(
            () => variant.ConnectAsync("/404", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal((FailureKind.HttpStatus, 404), (exception.Failure.Kind, (int)exception.Failure.Status!));
    });
}
