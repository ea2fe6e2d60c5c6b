namespace Switchboard.Wpt;

/// <summary><c>websockets/security/</c>.</summary>
public sealed class Security
{
    [Theory, WebPlatformTest("security/001.html")]
    public Task N001_a_wrong_accept_key(Variant variant) => variant.SeesAsync(
        "/wrong_accept_key", new Acts(), "error Handshake", "close 1006 '' not clean");
}
