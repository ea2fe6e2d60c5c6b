using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard.AspNetCore;
using Switchboard.Server.Identity;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>The subprotocol <c>bearer.TOKEN</c> in a real opening handshake: it is read, and never chosen.</summary>
public sealed class HandshakeTests : IAsyncLifetime
{
    private readonly Door _door = Door.OfSecret(cookie: "session");
    private readonly WebApplication _app;

    public HandshakeTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseSwitchboard();
        _app = builder.Build();
        _app.MapWebSockets(
            "/who",
            static (socket, request) => socket.Send(request.HttpContext.Features.Get<AuthenticationResult>()!.ToIdentity("marker").Publisher),
            new ServerWebSocketOptions
            {
                Subprotocols = ["switchboard.v1.json"],
                OnHandshake = async (request, cancellationToken) =>
                {
                    var result = await _door.Authenticator.AuthenticateAsync(request.HttpContext.Request, cancellationToken);
                    request.HttpContext.Features.Set(result);
                    return result.Failure is { } failure ? HandshakeDecision.Refuse(failure.Status, failure.Problem) : HandshakeDecision.Accept;
                },
            });
    }

    private Uri Url => new UriBuilder(_app.Urls.First()) { Scheme = "ws", Path = "/who" }.Uri;

    public async ValueTask InitializeAsync() => await _app.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_format_is_chosen_wherever_the_token_stands(bool isFirst)
    {
        using var client = await Browserlike.ConnectAsync(Url, options =>
        {
            foreach (var offer in isFirst ? (string[])[$"bearer.{Jwt.Hs256()}", "switchboard.v1.json"] : ["switchboard.v1.json", $"bearer.{Jwt.Hs256()}"])
            {
                options.AddSubProtocol(offer);
            }
        });

        Assert.Equal("switchboard.v1.json", client.SubProtocol);
        Assert.Equal("u-1", await client.HearAsync());
    }

    [Fact]
    public async Task Alone_it_is_read_and_no_subprotocol_is_chosen()
    {
        var answer = await RawClient.KnockAsync(Url.Port, "/who", $"Sec-WebSocket-Protocol: bearer.{Jwt.Hs256()}\r\n");
        Assert.Equal((101, null), (answer.Status, answer.Header("Sec-WebSocket-Protocol")));
    }

    [Fact]
    public async Task A_token_as_long_as_may_be_gets_through()
    {
        var token = Jwt.Hs256(Jwt.Claims($",\"pad\":\"{new string('x', 5900)}\""));
        Assert.InRange(token.Length, 8000, 8192);

        using var client = await Browserlike.ConnectAsync(Url, options =>
        {
            options.AddSubProtocol("switchboard.v1.json");
            options.AddSubProtocol($"bearer.{token}");
        });
        Assert.Equal("u-1", await client.HearAsync());
    }

    [Fact]
    public async Task The_header_and_the_cookie_do_as_well()
    {
        using var byHeader = await Browserlike.ConnectAsync(Url, options => options.SetRequestHeader("Authorization", $"Bearer {Jwt.Hs256()}"));
        Assert.Equal("u-1", await byHeader.HearAsync());

        using var byCookie = await Browserlike.ConnectAsync(Url, options => options.SetRequestHeader("Cookie", $"session={Jwt.Hs256()}"));
        Assert.Equal("u-1", await byCookie.HearAsync());
        Assert.Equal(WebSocketState.Open, byCookie.State);
    }

    [Theory]
    [InlineData("", 401)]
    [InlineData("Sec-WebSocket-Protocol: bearer.\r\n", 401)]
    [InlineData("Sec-WebSocket-Protocol: bearer.a.b.c, switchboard.v1.json\r\n", 401)]
    [InlineData("Authorization: Bearer a.b.c\r\n", 401)]
    [InlineData("Authorization: Bearer a.b.c\r\nCookie: session=d.e.f\r\n", 400)]
    [InlineData("Sec-WebSocket-Protocol: bearer.a.b.c, bearer.d.e.f\r\n", 400)]
    public async Task Who_has_no_good_one_is_not_let_in(string headers, int status)
    {
        var answer = await RawClient.KnockAsync(Url.Port, "/who", headers);
        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain("a.b.c", answer.Body, StringComparison.Ordinal);
    }
}
