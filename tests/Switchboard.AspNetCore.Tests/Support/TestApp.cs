using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Switchboard.AspNetCore.Tests;

/// <summary>An application on a real Kestrel and a free port of this machine.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LogBook _log;

    private TestApp(WebApplication app, LogBook log)
    {
        _app = app;
        _log = log;
    }

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>What was logged at the level error.</summary>
    public IReadOnlyCollection<string> Errors => _log.Errors;

    public HttpClient Http => field ??= new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };

    public static Task<TestApp> StartAsync(Action<WebApplication> map) => StartAsync(static _ => { }, map);

    public static async Task<TestApp> StartAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        var log = new LogBook();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // A stop that hangs must show, and not be cut short by the host.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(5));
        configure(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken).Soon();
        return new TestApp(app, log);
    }

    public Uri Url(string target) => new($"ws://127.0.0.1:{Port}{target}");

    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync().Soon();
        await _app.DisposeAsync();
    }

    private sealed class LogBook : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _errors = new();

        public IReadOnlyCollection<string> Errors => _errors;

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        IDisposable? ILogger.BeginScope<TState>(TState state) => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _errors.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
