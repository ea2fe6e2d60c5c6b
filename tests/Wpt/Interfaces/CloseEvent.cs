namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/CloseEvent/</c>.</summary>
public sealed class CloseEvent
{
    [Theory, WebPlatformTest("interfaces/CloseEvent/clean-close.html")]
    public Task Clean_close(Variant variant) => variant.SeesAsync(
        "/echo", new Acts { Open = socket => socket.Send("Test"), Message = (socket, _) => socket.Close() },
        "open", "message Text Test", "close 1005 '' clean");
}
