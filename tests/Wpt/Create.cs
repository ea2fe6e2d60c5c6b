namespace Switchboard.Wpt;

/// <summary><c>websockets/Create-*</c>: URLs and subprotocols.</summary>
public sealed class Create
{
    // https://fetch.spec.whatwg.org/#port-blocking
    private static readonly int[] BlockedPorts =
    [
        1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
        119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
        989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    ];

    [Theory, WebPlatformTest("Create-asciiSep-protocol-string.any.js")]
    public Task Create_asciiSep_protocol_string(Variant variant) => IsNoProtocolAsync(variant, "/echo");

    [Theory, WebPlatformTest("Create-blocked-port.any.js")]
    public Task Create_blocked_port(Variant variant) => variant.RunAsync(async () =>
    {
        await using var open = await variant.ConnectAsync("/echo");
        foreach (var port in BlockedPorts)
        {
            var witness = new Witness($"{variant.Scheme}://localhost:{port}/echo");
            await witness.EndAsync();
            Assert.Equal(["error BlockedPort", "close 1006 '' not clean"], witness.Events);
        }
    });

    [Theory, WebPlatformTest("Create-extensions-empty.any.js")]
    public Task Create_extensions_empty(Variant variant) => variant.SeesAsync(
        "/handshake_no_extensions",
        new Acts
        {
            Open = socket =>
            {
                Assert.Equal("", socket.Extensions);
                socket.Close();
            },
        },
        "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("Create-http-urls.any.js")]
    public Task Create_http_urls(Variant variant) => variant.RunAsync(() =>
    {
        Assert.Equal("ws://localhost:3000/", UrlOf("http://localhost:3000/"));
        Assert.Equal("wss://localhost:3000/", UrlOf("https://localhost:3000/"));
    });

    [Theory, WebPlatformTest("Create-invalid-urls.any.js")]
    public Task Create_invalid_urls(Variant variant) => variant.RunAsync(() => Assert.All(
        [
            "ws://foo bar.com/", "wss://foo bar.com/", "ftp://localhost/", "mailto:example@example.org", "about:blank",
            "http://localhost/#", "http://localhost/#test", "#test",
        ],
        url => Assert.Throws<SyntaxErrorException>(() => new WebSocket(url))));

    // A page is the base of its URLs; here there is one where the application gives it.
    [Theory, WebPlatformTest("Create-non-absolute-url.any.js")]
    public Task Create_non_absolute_url(Variant variant) => variant.RunAsync(() =>
    {
        foreach (var (relative, resolved) in new[] { ("test", "/a/test"), ("?", "/a/page?"), ("null", "/a/null"), ("123", "/a/123") })
        {
            var socket = new WebSocket(relative, new WebSocketClientOptions { BaseUrl = "http://localhost:3000/a/page" });
            socket.Close();
            Assert.Equal("ws://localhost:3000" + resolved, socket.Url);
        }

        Assert.Throws<SyntaxErrorException>(() => new WebSocket("test"));
    });

    [Theory, WebPlatformTest("Create-nonAscii-protocol-string.any.js")]
    public Task Create_nonAscii_protocol_string(Variant variant) => IsNoProtocolAsync(variant, "\u0080echo");

    [Theory, WebPlatformTest("Create-protocol-with-space.any.js")]
    public Task Create_protocol_with_space(Variant variant) => IsNoProtocolAsync(variant, "ec ho");

    [Theory, WebPlatformTest("Create-protocols-repeated-case-insensitive.any.js")]
    public Task Create_protocols_repeated_case_insensitive(Variant variant) => IsNoProtocolAsync(variant, "echo", "eCho");

    [Theory, WebPlatformTest("Create-protocols-repeated.any.js")]
    public Task Create_protocols_repeated(Variant variant) => IsNoProtocolAsync(variant, "echo", "echo");

    [Theory, WebPlatformTest("Create-url-with-space.any.js")]
    public Task Create_url_with_space(Variant variant) => variant.RunAsync(() =>
    {
        Assert.Throws<SyntaxErrorException>(() => new WebSocket($"{variant.Scheme}://web platform.test:3000/echo"));
    });

    [Theory, WebPlatformTest("Create-url-with-windows-1252-encoding.html")]
    public Task Create_url_with_windows_1252_encoding(Variant variant) => variant.RunAsync(() =>
        Assert.Equal("ws://localhost:3000/?%E2%82%AC", UrlOf("ws://localhost:3000/?\u20AC")));

    [Theory, WebPlatformTest("Create-valid-url-array-protocols.any.js")]
    public Task Create_valid_url_array_protocols(Variant variant) => OpensWithAsync(variant, "echo", "chat");

    [Theory, WebPlatformTest("Create-valid-url-protocol-empty.any.js")]
    public Task Create_valid_url_protocol_empty(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = variant.Create("/echo", "echo");
        Assert.Equal("", socket.Protocol);
        socket.Close();
        await socket.Closed.InTime();
    });

    [Theory, WebPlatformTest("Create-valid-url-protocol-setCorrectly.any.js")]
    public Task Create_valid_url_protocol_setCorrectly(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Options = new WebSocketClientOptions { Protocols = ["echo"] },
            Open = socket =>
            {
                Assert.Equal("echo", socket.Protocol);
                socket.Close();
            },
        },
        "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("Create-valid-url-protocol-string.any.js")]
    public Task Create_valid_url_protocol_string(Variant variant) => OpensWithAsync(variant, "echo");

    [Theory, WebPlatformTest("Create-valid-url-protocol.any.js")]
    public Task Create_valid_url_protocol(Variant variant) => OpensWithAsync(variant, "echo");

    [Theory, WebPlatformTest("Create-valid-url.any.js")]
    public Task Create_valid_url(Variant variant) => OpensWithAsync(variant);

    private static Task IsNoProtocolAsync(Variant variant, params string[] protocols) => variant.RunAsync(() =>
    {
        Assert.Throws<SyntaxErrorException>(() => variant.Create("/echo", protocols));
    });

    private static Task OpensWithAsync(Variant variant, params string[] protocols) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Options = new WebSocketClientOptions { Protocols = protocols },
            Open = socket =>
            {
                Assert.Equal(ReadyState.Open, socket.ReadyState);
                socket.Close();
            },
        },
        "open", "close 1005 '' clean");

    private static string UrlOf(string url)
    {
        var socket = new WebSocket(url);
        socket.Close();
        return socket.Url;
    }
}
