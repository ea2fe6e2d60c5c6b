namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/url/</c>.</summary>
public sealed class Urls
{
    [Theory, WebPlatformTest("interfaces/WebSocket/url/001.html")]
    public Task N001_a_missing_path_is_a_slash(Variant variant) => IsAsync(variant, "", "/");

    [Theory, WebPlatformTest("interfaces/WebSocket/url/resolve.html")]
    public Task Resolve(Variant variant) => IsAsync(variant, "/echo?foo%20bar baz", "/echo?foo%20bar%20baz");

    private static Task IsAsync(Variant variant, string target, string serialized) => variant.RunAsync(async () =>
    {
        var socket = variant.Create(target);
        Assert.Equal(variant.Url("") + serialized, socket.Url);
        socket.Close();
        await socket.Closed.InTime();
    });
}
