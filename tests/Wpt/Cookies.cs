using System.Net;

namespace Switchboard.Wpt;

/// <summary><c>websockets/cookies/</c>: what a browser has for its pages is a <see cref="CookieContainer"/> here.</summary>
public sealed class Cookies
{
    private static readonly Cookie Known = new("ws_test_1", "test", "/", "localhost");

    [Theory, WebPlatformTest("cookies/001.html")]
    public Task N001_go_with_the_request(Variant variant) => AreSentAsync(variant, With(Known), "ws_test_1=test");

    [Theory, WebPlatformTest("cookies/002.html")]
    public Task N002_come_with_the_answer(Variant variant)
    {
        var cookies = new CookieContainer();
        return variant.SeesAsync(
            "/set-cookie?2",
            new Acts
            {
                Options = new WebSocketClientOptions { Cookies = cookies },
                Open = socket =>
                {
                    Assert.Equal(["ws_test_2=test"], cookies.GetAllCookies().Select(cookie => $"{cookie}"));
                    socket.Close();
                },
            },
            "open", "close 1005 '' clean");
    }

    [Theory, WebPlatformTest("cookies/003.html")]
    public Task N003_HttpOnly_ones_go_with_the_request(Variant variant) =>
        AreSentAsync(variant, With(new Cookie("ws_test_3", "test", "/", "localhost") { HttpOnly = true }), "ws_test_3=test");

    [Theory, WebPlatformTest("cookies/004.html")]
    public Task N004_HttpOnly_ones_are_known_as_such(Variant variant) => variant.RunAsync(async () =>
    {
        var cookies = await SetAsync(variant, "/set-cookie_http?4");
        Assert.True(Assert.Single(cookies.GetAllCookies()).HttpOnly);
    });

    [Theory, WebPlatformTest("cookies/005.html")]
    public Task N005_HttpOnly_ones_of_an_answer_go_with_the_next_request(Variant variant) => variant.RunAsync(async () =>
        await AreSentAsync(variant, await SetAsync(variant, "/set-cookie_http?5"), "ws_test_5=test"));

    [Theory, WebPlatformTest("cookies/006.html")]
    public Task N006_secure_ones_go_over_TLS_only(Variant variant) => AreSentAsync(
        variant,
        With(new Cookie("ws_test_6", "test", "/", "localhost") { Secure = true }),
        variant.Scheme == "wss" ? "ws_test_6=test" : "(none)");

    // There are no origins here, but hosts: what one sets is sent to that one again, and to no other.
    [Theory, WebPlatformTest("cookies/cross-origin-cookie-set.html")]
    public Task Cross_origin_cookie_set(Variant variant) => variant.RunAsync(async () =>
    {
        var cookies = await SetAsync(variant, "/set-cookie?7");
        await AreSentAsync(variant, cookies, "ws_test_7=test");

        var elsewhere = new Witness(
            variant.Url("/echo-cookie").Replace("://", "://elsewhere.", StringComparison.Ordinal),
            new Acts
            {
                Options = new WebSocketClientOptions { Cookies = cookies, Transport = new HostsFile() },
                Message = (socket, _) => socket.Close(),
            });
        await elsewhere.EndAsync();
        Assert.Equal(["open", "message Text (none)", "close 1005 '' clean"], elsewhere.Events);
    });

    private static CookieContainer With(Cookie cookie)
    {
        var cookies = new CookieContainer();
        cookies.Add(cookie);
        return cookies;
    }

    private static async Task<CookieContainer> SetAsync(Variant variant, string target)
    {
        var cookies = new CookieContainer();
        await using var socket = await variant.ConnectAsync(target, new WebSocketClientOptions { Cookies = cookies });
        return cookies;
    }

    private static Task AreSentAsync(Variant variant, CookieContainer cookies, string header) => variant.SeesAsync(
        "/echo-cookie",
        new Acts { Options = new WebSocketClientOptions { Cookies = cookies }, Message = (socket, _) => socket.Close() },
        "open", $"message Text {header}", "close 1005 '' clean");
}
