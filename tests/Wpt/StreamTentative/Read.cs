namespace Switchboard.Wpt.StreamTentative;

/// <summary><c>websockets/stream/tentative/read.any.js</c>.</summary>
public sealed class Read
{
    [Theory, WebPlatformTest("stream/tentative/read.any.js")]
    public Task A_binary_message_is_bytes(Variant variant) => variant.RunAsync(async () =>
    {
        await using var socket = await variant.ConnectAsync("/echo");
        Assert.True(await socket.SendAsync(new byte[16]));
        var message = await socket.NextAsync();
        Assert.Equal(MessageType.Binary, message?.Type);
        Assert.Equal(new byte[16], message?.Data.ToArray());
    });
}
