namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/protocol/</c>.</summary>
public sealed class Protocol
{
    [Theory, WebPlatformTest("interfaces/WebSocket/protocol/protocol-initial.html")]
    public Task Protocol_initial(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = variant.Create($"/sleep_10_v13?{new Gate().Name}", "echo");
        Assert.Equal("", socket.Protocol);
        socket.Close();
        await socket.Closed.InTime();
    });
}
