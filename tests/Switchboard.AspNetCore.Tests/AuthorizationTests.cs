using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Switchboard.AspNetCore.Tests;

public abstract class AuthorizationTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task Nobody_is_asked_to_log_in_before_the_upgrade()
    {
        var connected = false;
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (_, _) => connected = true).RequireAuthorization());

        var answer = await RawClient.KnockAsync(app.Port, "/");

        Assert.Equal(401, answer.Status);
        Assert.Null(answer.Header("Sec-WebSocket-Accept"));
        Assert.False(connected);
    }

    [Fact]
    public async Task A_user_without_the_role_is_forbidden_before_the_upgrade()
    {
        var asked = false;
        await using var app = await BeginAsync(app => app.MapWebSockets(
            "/",
            (_, _) => { },
            new ServerWebSocketOptions
            {
                OnHandshake = (_, _) =>
                {
                    asked = true;
                    return new(HandshakeDecision.Accept);
                },
            }).RequireAuthorization("admins"));

        var answer = await RawClient.KnockAsync(app.Port, "/", "X-User: ada\r\n");

        Assert.Equal(403, answer.Status);
        Assert.Null(answer.Header("Sec-WebSocket-Accept"));
        Assert.False(asked);
    }

    [Fact]
    public async Task A_user_who_may_enter_is_in_the_context_that_the_handler_gets()
    {
        await using var app = await BeginAsync(app => app.MapWebSockets("/", (socket, request) =>
        {
            var name = request.HttpContext.User.Identity?.Name;
            socket.OnMessage += _ => socket.Send(name ?? "nobody");
        }).RequireAuthorization("admins"));
        using var client = await Browserlike.ConnectAsync(app.Url("/"), options => options.SetRequestHeader("X-User", "admin"));

        await client.SayAsync("who am I?");

        Assert.Equal("admin", await client.HearAsync());
    }

    [Fact]
    public async Task A_group_s_conventions_count_and_anonymous_entry_can_be_allowed()
    {
        await using var app = await BeginAsync(app =>
        {
            var group = app.MapGroup("/inside").RequireAuthorization();
            group.MapWebSockets("/private", (_, _) => { });
            group.MapWebSockets("/lobby", (_, _) => { }).AllowAnonymous();
        });

        Assert.Equal(401, (await RawClient.KnockAsync(app.Port, "/inside/private")).Status);
        Assert.Equal(101, (await RawClient.KnockAsync(app.Port, "/inside/private", "X-User: ada\r\n")).Status);
        Assert.Equal(101, (await RawClient.KnockAsync(app.Port, "/inside/lobby")).Status);
    }

    private Task<TestApp> BeginAsync(Action<WebApplication> map) => StartAsync(
        builder =>
        {
            builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, UserHeader>("header", null);
            builder.Services.AddAuthorizationBuilder().AddPolicy("admins", policy => policy.RequireRole("admin"));
        },
        map);

    /// <summary>Believes whatever the header says, as only a test may.</summary>
    private sealed class UserHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-User"] is not [{ } name])
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, name)], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}

public sealed class AuthorizationInKestrelTests() : AuthorizationTests(Home.Kestrel);

public sealed class AuthorizationOnLoopTests() : AuthorizationTests(Home.Loop);
