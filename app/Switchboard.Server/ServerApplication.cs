using System.Net.Sockets;
using Switchboard.Rooms;
using Switchboard.Rooms.Sqlite;
using Switchboard.Server.Configuration;
using Switchboard.Server.Endpoints;
using Switchboard.Server.Endpoints.Documentation;
using Switchboard.Server.Health;
using Switchboard.Server.Identity;
using Switchboard.Transports.Tls;

namespace Switchboard.Server;

/// <summary>Puts the server together, and runs it until Ctrl-C or SIGTERM.</summary>
internal static class ServerApplication
{
    /// <returns>The process's exit code: 0 after a stop in good order, 1 if the server could not start, 2 for a wrong setting.</returns>
    internal static async Task<int> RunAsync(string[] args)
    {
        args = CommandLine.WithValues(args);
        WebApplication app;
        var hasStarted = false;
        try
        {
            // What keeps it from starting is said in one sentence, not by the host with a stack.
            app = Build(args, level => hasStarted && level >= LogLevel.Warning);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Of an argument that is out of its range, the second line tells the value again.
            return CommandLine.Complain(e.Message.Split('\n')[0]);
        }
        catch (LogUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"Cannot keep messages: {e.Message}");
            return 1;
        }

        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (TlsException e)
            {
                await Console.Error.WriteLineAsync($"Cannot speak TLS: {e.Message}");
                return 1;
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
            {
                await Console.Error.WriteLineAsync(
                    $"Cannot listen on {app.Configuration["urls"]}: {e.GetBaseException().Message}. Choose with --host and --port.");
                return 1;
            }

            hasStarted = true;

            // What it prints is for people and for scripts that wait for it; the log goes to the standard error stream.
            foreach (var url in app.Urls)
            {
                Console.WriteLine($"Switchboard listens on {url} (press Ctrl-C to stop)");
            }

            if (app.Services.GetRequiredService<ServerSettings>().Tls.Development is { } development)
            {
                Console.WriteLine(development.Explain(app.Urls.First()));
            }

            await app.WaitForShutdownAsync();
        }

        Console.WriteLine("Switchboard has stopped");
        return 0;
    }

    /// <param name="args">The flags, each with a value.</param>
    /// <param name="isHostHeard">What of the host's own log is written.</param>
    /// <param name="adjust">For tests: what is different.</param>
    internal static WebApplication Build(string[] args, Func<LogLevel, bool> isHostHeard, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddCommandLine(args, CommandLine.Shorthands);
        var settings = ServerSettings.Read(builder.Configuration);

        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", isHostHeard);
        builder.Logging.AddFilter(typeof(SqliteMessageLog).FullName, level => level >= LogLevel.Warning || isHostHeard(level));
        var tls = settings.Tls.IsOn ? settings.Tls.ToOptions(TimeProvider.System.GetUtcNow()) : null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (tls is not null)
            {
                kestrel.ConfigureEndpointDefaults(listen => listen.UseTls(tls));
            }
        });
        builder.WebHost.UseSwitchboard();
        builder.Services.AddProblemDetails(static details => details.CustomizeProblemDetails = Problem.Complete);
        builder.Services.AddApiDocument();
        builder.Services.AddCrossOrigin(settings);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddIdentity(settings.Auth);
        builder.Services.AddRooms(settings);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RoomJson.Default));
        adjust?.Invoke(builder);
        var urls = HostNames.Listening(builder.Configuration, settings.Url);
        settings.Auth.ThrowIfOpenTo(urls, isBehindProxy: settings.Proxies.Count > 0);
        builder.WebHost.UseUrls(urls);
        builder.Configuration["AllowedHosts"] ??= HostNames.Allowed(urls);

        var app = builder.Build();
        app.UseTrustedProxies(settings.Proxies);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // A body that breaks the rules of HTTP is the client's fault, and nothing for the log.
            StatusCodeSelector = static fault => fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            SuppressDiagnosticsCallback = static context => context.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages();
        app.UsePageHeaders();
        app.UseRouting();
        app.UseCrossOrigin();
        app.MapPage();
        app.MapApiDocument();
        app.MapHealth(app.Services.GetRequiredService<SqliteMessageLog>());
        app.MapEcho(settings);
        app.MapRooms(settings);
        return app;
    }
}
