namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/constants/</c>: the four states have the standard's numbers.</summary>
public sealed class Constants
{
    [Theory, WebPlatformTest("interfaces/WebSocket/constants/001.html")]
    public Task N001_values(Variant variant) => variant.RunAsync(() => Assert.Equal(
        [(0, "Connecting"), (1, "Open"), (2, "Closing"), (3, "Closed")],
        Enum.GetValues<ReadyState>().Select(state => ((int)state, $"{state}"))));
}
