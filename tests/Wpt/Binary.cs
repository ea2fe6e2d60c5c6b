namespace Switchboard.Wpt;

/// <summary><c>websockets/binary/</c>: sizes below and above a network buffer. There is one kind of binary message, so no <c>binaryType</c>.</summary>
public sealed class Binary
{
    [Theory, WebPlatformTest("binary/001.html")]
    public Task N001(Variant variant) => ComesBackAsync(variant, 10, "message Binary 00000000000000000000");

    [Theory, WebPlatformTest("binary/002.html")]
    public Task N002(Variant variant) => ComesBackAsync(variant, 100_000, "message Binary of 100000 bytes");

    [Theory, WebPlatformTest("binary/004.html")]
    public Task N004(Variant variant) => ComesBackAsync(variant, 100_000, "message Binary of 100000 bytes");

    [Theory, WebPlatformTest("binary/005.html")]
    public Task N005(Variant variant) => ComesBackAsync(variant, 10, "message Binary 00000000000000000000");

    private static Task ComesBackAsync(Variant variant, int size, string received) => variant.SeesAsync(
        "/echo",
        new Acts { Open = socket => socket.Send(new byte[size], compress: false), Message = (socket, _) => socket.Close() },
        "open", received, "close 1005 '' clean");
}
