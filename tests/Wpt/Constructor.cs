namespace Switchboard.Wpt;

/// <summary><c>websockets/constructor/</c>.</summary>
public sealed class Constructor
{
    [Theory, WebPlatformTest("constructor/004.html")]
    public Task N004_invalid_protocols(Variant variant) => variant.RunAsync(() => Assert.All(
        ["", .. Enumerable.Range(1, 0x1F).Concat(Enumerable.Range(0x7F, 0x81)).Select(character => $"a{(char)character}b")],
        protocol => Assert.Throws<SyntaxErrorException>(() => variant.Create("/empty-message", protocol))));

    [Theory, WebPlatformTest("constructor/006.html")]
    public Task N006_the_url_is_the_one_that_was_given(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Created = socket => Assert.Equal(variant.Url("/echo"), socket.Url),
            Open = socket => socket.Send("test"),
            Message = (socket, _) => socket.Close(),
        },
        "open", "message Text test", "close 1005 '' clean");

    [Theory, WebPlatformTest("constructor/007.html")]
    public Task N007_a_protocol_with_U0000(Variant variant) => variant.RunAsync(() =>
    {
        Assert.Throws<SyntaxErrorException>(() => variant.Create("/empty-message", "a\0b"));
    });

    [Theory, WebPlatformTest("constructor/008.html")]
    public Task N008_ports_that_are_not_blocked(Variant variant) => variant.RunAsync(() => Assert.All(
        ["ws://example.invalid:80/", "ws://example.invalid:443/", "wss://example.invalid:80/", "wss://example.invalid:443/"],
        url =>
        {
            var socket = new WebSocket(url);
            Assert.Equal(ReadyState.Connecting, socket.ReadyState);
            socket.Close();
        }));

    [Theory, WebPlatformTest("constructor/009.html")]
    public Task N009_protocol(Variant variant) => ChoosesTheFirstAsync(variant, "/protocol", "foobar");

    [Theory, WebPlatformTest("constructor/010.html")]
    public Task N010_a_protocol_that_was_not_asked_for(Variant variant) => variant.SeesAsync(
        "/handshake_protocol", new Acts(), "error Handshake", "close 1006 '' not clean");

    [Theory, WebPlatformTest("constructor/011.html")]
    public Task N011_a_protocol_in_another_case(Variant variant) => variant.SeesAsync(
        "/handshake_protocol", Offering("FOOBAR"), "error Handshake", "close 1006 '' not clean");

    [Theory, WebPlatformTest("constructor/012.html")]
    public Task N012_no_protocol_though_one_was_asked_for(Variant variant) => variant.SeesAsync(
        "/handshake_no_protocol", Offering("foobar"), "error Handshake", "close 1006 '' not clean");

    [Theory, WebPlatformTest("constructor/013.html")]
    public Task N013_25_at_once(Variant variant) => variant.RunAsync(async () =>
    {
        var witnesses = Enumerable.Range(0, 25).Select(i => variant.Watch("/echo", new Acts
        {
            Open = socket => socket.Send($"{i}"),
            Message = (socket, _) => socket.Close(),
        })).ToList();
        for (var i = 0; i < witnesses.Count; i++)
        {
            await witnesses[i].EndAsync();
            Assert.Equal(["open", $"message Text {i}", "close 1005 '' clean"], witnesses[i].Events);
        }
    });

    [Theory, WebPlatformTest("constructor/016.html")]
    public Task N016_a_query_that_is_not_ASCII_is_UTF8(Variant variant) => variant.SeesAsync(
        "/echo-query?\u00E5\u00E4\u00F6", new Acts { Message = (socket, _) => socket.Close() },
        "open", "message Text %C3%A5%C3%A4%C3%B6", "close 1005 '' clean");

    [Theory, WebPlatformTest("constructor/017.html")]
    public async Task N017_too_few_slashes(Variant variant)
    {
        await OpensAsync(variant, url => url.Replace("://", ":", StringComparison.Ordinal));
        await OpensAsync(variant, url => url.Replace("://", ":/", StringComparison.Ordinal));
    }

    [Theory, WebPlatformTest("constructor/018.html")]
    public Task N018_U0000_in_the_url(Variant variant) => variant.SeesAsync(
        "/echo-query?x\0y\0", new Acts { Message = (socket, _) => socket.Close() }, "open", "message Text x%00y", "close 1005 '' clean");

    [Theory, WebPlatformTest("constructor/019.html")]
    public Task N019_a_scheme_in_capitals(Variant variant) =>
        OpensAsync(variant, url => variant.Scheme.ToUpperInvariant() + url[variant.Scheme.Length..]);

    [Theory, WebPlatformTest("constructor/020.html")]
    public Task N020_a_host_in_capitals(Variant variant) =>
        OpensAsync(variant, url => url.Replace("localhost", "LOCALHOST", StringComparison.Ordinal));

    [Theory, WebPlatformTest("constructor/021.html")]
    public Task N021_two_protocols_in_one(Variant variant) => variant.RunAsync(() =>
    {
        Assert.Throws<SyntaxErrorException>(() => new WebSocket("ws://example.invalid/protocol_array", "foobar, foobar"));
    });

    [Theory, WebPlatformTest("constructor/022.html")]
    public Task N022_an_array_of_protocols(Variant variant) => ChoosesTheFirstAsync(variant, "/protocol_array", "foobar", "foobar2");

    // The object of options is a record here.
    [Theory, WebPlatformTest("constructor/option-bag.any.js")]
    public async Task Option_bag(Variant variant)
    {
        await OpensAsync(variant, url => url);
        await ChoosesTheFirstAsync(variant, "/protocol_array", "foobar", "foobar2");
    }

    private static Acts Offering(params string[] protocols) => new() { Options = new WebSocketClientOptions { Protocols = protocols } };

    private static Task ChoosesTheFirstAsync(Variant variant, string path, params string[] protocols) => variant.SeesAsync(
        path,
        Offering(protocols) with
        {
            Message = (socket, _) =>
            {
                Assert.Equal(protocols[0], socket.Protocol);
                socket.Close();
            },
        },
        "open", $"message Text {protocols[0]}", "close 1005 '' clean");

    private static Task OpensAsync(Variant variant, Func<string, string> write) => variant.RunAsync(async () =>
    {
        var url = variant.Url("/echo");
        var witness = new Witness(write(url), new Acts { Open = socket => socket.Close() });
        await witness.EndAsync();
        Assert.Equal(url, witness.Socket.Url);
        Assert.Equal(["open", "close 1005 '' clean"], witness.Events);
    });
}
