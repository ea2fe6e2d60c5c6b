namespace Switchboard.Wpt;

/// <summary><c>websockets/closing-handshake/</c>.</summary>
public sealed class ClosingHandshake
{
    [Theory, WebPlatformTest("closing-handshake/002.html")]
    public Task N002_the_server_closes(Variant variant) => variant.SeesAsync(
        "/echo_exit", new Acts { Open = socket => socket.Send("Goodbye") }, "open", "close 1000 '' clean");

    [Theory, WebPlatformTest("closing-handshake/003.html")]
    public Task N003_the_client_closes(Variant variant) => variant.SeesAsync(
        "/echo", new Acts { Open = socket => socket.Close() }, "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("closing-handshake/004.html")]
    public Task N004_data_after_the_close_frame_is_no_message(Variant variant) => variant.SeesAsync(
        "/echo_close_data", new Acts { Open = socket => socket.Send("Goodbye") }, "open", "close 1000 '' clean");
}
