using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Switchboard.Server.Tests.Identity.Support;

/// <summary>An issuer that publishes its keys over HTTP, well or badly.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile Func<HttpContext, Task> _answer;
    private int _asked;

    private Issuer(Func<HttpContext, Task> answer)
    {
        _answer = answer;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(context =>
        {
            Interlocked.Increment(ref _asked);
            return _answer(context);
        });
    }

    /// <summary>How often somebody has asked it for anything.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Uri Url => new($"{_app.Urls.First()}/keys?marker=secret");

    public static async Task<Issuer> StartAsync(string set)
    {
        var issuer = new Issuer(With(set));
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    public void Publish(string set) => _answer = With(set);

    public void Answer(Func<HttpContext, Task> answer) => _answer = answer;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Func<HttpContext, Task> With(string set) => context =>
    {
        context.Response.ContentType = "application/jwk-set+json";
        return context.Response.WriteAsync(set);
    };
}
