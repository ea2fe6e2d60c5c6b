namespace Switchboard.Wpt;

/// <summary><c>websockets/Close-*</c>: codes, reasons, and who closes.</summary>
public sealed class Close
{
    [Theory, WebPlatformTest("Close-1000-reason.any.js")]
    public Task Close_1000_reason(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close(1000, "Clean Close") }, "open", "close 1000 'Clean Close' clean");

    [Theory, WebPlatformTest("Close-1000-verify-code.any.js")]
    public Task Close_1000_verify_code(Variant variant) => variant.RunAsync(async () =>
    {
        var witness = variant.Watch("/echo-close", new Acts { Open = socket => socket.Close(1000, "Clean Close") });
        await witness.EndAsync();
        Assert.Equal((CloseCode.NormalClosure, "Clean Close"), (witness.Socket.CloseCode, witness.Socket.CloseReason));
    });

    [Theory, WebPlatformTest("Close-1000.any.js")]
    public Task Close_1000(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close(1000) }, "open", "close 1000 '' clean");

    [Theory, WebPlatformTest("Close-1005-verify-code.any.js")]
    public Task Close_1005_verify_code(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close() }, "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("Close-1005.any.js")]
    public Task Close_1005(Variant variant) => IsRefusedAsync<InvalidAccessErrorException>(variant, 1005, "1005 - reserved code");

    [Theory, WebPlatformTest("Close-2999-reason.any.js")]
    public Task Close_2999_reason(Variant variant) => IsRefusedAsync<InvalidAccessErrorException>(variant, 2999, "Close not in range 3000-4999");

    [Theory, WebPlatformTest("Close-3000-reason.any.js")]
    public Task Close_3000_reason(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close(3000, "Clean Close with code - 3000") },
        "open", "close 3000 'Clean Close with code - 3000' clean");

    [Theory, WebPlatformTest("Close-3000-verify-code.any.js")]
    public Task Close_3000_verify_code(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close(3000, "Clean Close") }, "open", "close 3000 'Clean Close' clean");

    [Theory, WebPlatformTest("Close-4999-reason.any.js")]
    public Task Close_4999_reason(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close(4999, "Clean Close with code - 4999") },
        "open", "close 4999 'Clean Close with code - 4999' clean");

    [Theory, WebPlatformTest("Close-Reason-124Bytes.any.js")]
    public Task Close_Reason_124Bytes(Variant variant) => IsRefusedAsync<SyntaxErrorException>(variant, 1000, new string('0', 124));

    [Theory, WebPlatformTest("Close-delayed.any.js")]
    public Task Close_delayed(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        var witness = variant.Watch($"/delayed-passive-close?{gate.Name}", new Acts { Open = socket => socket.Close() });

        await gate.Reached;
        Assert.Equal(ReadyState.Closing, witness.Socket.ReadyState);
        Assert.Equal(["open"], witness.Events);
        gate.Open();

        await witness.EndAsync();
        Assert.Equal(["open", "close 1005 '' clean"], witness.Events);
    });

    [Theory, WebPlatformTest("Close-readyState-Closed.any.js")]
    public Task Close_readyState_Closed(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts { Open = socket => socket.Close(), Close = socket => Assert.Equal(ReadyState.Closed, socket.ReadyState) },
        "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("Close-readyState-Closing.any.js")]
    public Task Close_readyState_Closing(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                socket.Close();
                Assert.Equal(ReadyState.Closing, socket.ReadyState);
            },
        },
        "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("Close-reason-unpaired-surrogates.any.js")]
    public Task Close_reason_unpaired_surrogates(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close(1000, "\uD807") }, "open", "close 1000 '\uFFFD' clean");

    [Theory, WebPlatformTest("Close-server-initiated-close.any.js")]
    public Task Close_server_initiated_close(Variant variant) => variant.SeesAsync(
        "/echo", new Acts { Open = socket => socket.Send("Goodbye") }, "open", "message Text Goodbye", "close 1000 '' clean");

    [Theory, WebPlatformTest("Close-undefined.any.js")]
    public Task Close_undefined(Variant variant) => variant.SeesAsync(
        "/echo-close", new Acts { Open = socket => socket.Close() }, "open", "close 1005 '' clean");

    // What is thrown changes nothing: the connection is open, and closes as it is told next.
    private static Task IsRefusedAsync<T>(Variant variant, int code, string reason)
        where T : Exception => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                Assert.Throws<T>(() => socket.Close(code, reason));
                Assert.Equal(ReadyState.Open, socket.ReadyState);
                socket.Close(1000);
            },
        },
        "open", "close 1000 '' clean");
}
