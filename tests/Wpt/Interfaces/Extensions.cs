namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/extensions/</c>.</summary>
public sealed class Extensions
{
    [Theory, WebPlatformTest("interfaces/WebSocket/extensions/001.html")]
    public Task N001_empty_while_connecting(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = variant.Create($"/sleep_10_v13?{new Gate().Name}");
        Assert.Equal("", socket.Extensions);
        socket.Close();
        await socket.Closed.InTime();
    });
}
