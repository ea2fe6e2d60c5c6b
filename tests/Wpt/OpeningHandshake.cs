namespace Switchboard.Wpt;

/// <summary><c>websockets/opening-handshake/</c>.</summary>
public sealed class OpeningHandshake
{
    [Theory, WebPlatformTest("opening-handshake/001.html")]
    public Task N001_an_answer_that_is_no_HTTP(Variant variant) => variant.SeesAsync(
        "/invalid", new Acts(), "error Handshake", "close 1006 '' not clean");

    [Theory, WebPlatformTest("opening-handshake/002.html")]
    public Task N002_a_valid_one(Variant variant) => variant.SeesAsync(
        "/echo", new Acts { Open = socket => socket.Close() }, "open", "close 1005 '' clean");

    // A page's origin is sent by the browser; here it is a header that the application sets.
    [Theory, WebPlatformTest("opening-handshake/003.html")]
    public Task N003_a_name_in_another_script_and_an_origin(Variant variant) => variant.RunAsync(async () =>
    {
        const string Origin = "http://web-platform.test:8000";
        var hosts = new HostsFile();
        var url = variant.Url("/origin");
        var witness = new Witness(url.Replace("://", "://\u5929\u6C17\u306E\u826F\u3044\u65E5.", StringComparison.Ordinal), new Acts
        {
            Options = new WebSocketClientOptions { Transport = hosts, Headers = new Dictionary<string, string> { ["Origin"] = Origin } },
            Message = (socket, _) => socket.Close(),
        });
        await witness.EndAsync();
        Assert.Equal(["open", $"message Text {Origin}", "close 1005 '' clean"], witness.Events);
        Assert.Equal(url.Replace("://", "://xn--n8j6ds53lwwkrqhv28a.", StringComparison.Ordinal), witness.Socket.Url);
        Assert.Equal("xn--n8j6ds53lwwkrqhv28a.localhost", hosts.Asked);
    });

    [Theory, WebPlatformTest("opening-handshake/005.html")]
    public Task N005_an_answer_and_a_close_frame_in_one_packet(Variant variant) => variant.SeesAsync(
        "/simple_handshake", new Acts { Open = socket => socket.Close() }, "open", "close 1001 'PASS' clean");

    [Theory, WebPlatformTest("opening-handshake/006.html")]
    public Task N006_one_attempt_after_the_other(Variant variant) => variant.RunAsync(async () =>
    {
        foreach (var path in new[] { "/invalid1", "/invalid2", "/invalid3" })
        {
            var refused = variant.Watch(path);
            await refused.EndAsync();
            Assert.Equal(["error HttpStatus", "close 1006 '' not clean"], refused.Events);
        }

        var witness = variant.Watch("/echo", new Acts { Open = socket => socket.Close() });
        await witness.EndAsync();
        Assert.Equal(["open", "close 1005 '' clean"], witness.Events);
    });

    [Theory, WebPlatformTest("opening-handshake/received-301-code.html")]
    public Task Received_301_code(Variant variant) => variant.SeesAsync(
        "/redirect", new Acts(), "error HttpStatus", "close 1006 '' not clean");
}
