namespace Switchboard.Wpt;

/// <summary><c>websockets/Create-*</c>: URLs and subprotocols.</summary>
public sealed class Create
{
    [Theory, WebPlatformTest("Create-asciiSep-protocol-string.any.js")]
    public Task Create_asciiSep_protocol_string(Variant variant) => IsNoProtocolAsync(variant, "/echo");

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
        var socket = new WebSocket(variant.Url("/echo"), "echo");
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
        Assert.Throws<SyntaxErrorException>(() => new WebSocket(variant.Url("/echo"), protocols));
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
