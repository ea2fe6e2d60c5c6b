using Switchboard.Rooms.WebSockets;
using Switchboard.Server.Configuration;
using Switchboard.Server.Endpoints;

namespace Switchboard.Server;

/// <summary>Puts the server together, and runs it until Ctrl-C or SIGTERM.</summary>
internal static class ServerApplication
{
    /// <returns>The process's exit code: 0 after a stop in good order, 1 if the server could not start, 2 for a wrong setting.</returns>
    internal static async Task<int> RunAsync(string[] args)
    {
        WebApplication app;
        try
        {
            app = Build(args);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            return CommandLine.Complain(e.Message);
        }

        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (IOException e)
            {
                await Console.Error.WriteLineAsync($"{e.Message} Choose another port with --port.");
                return 1;
            }

            // What it prints is for people and for scripts that wait for it; the log goes to the standard error stream.
            foreach (var url in app.Urls)
            {
                Console.WriteLine($"Switchboard listens on {url} (press Ctrl-C to stop)");
            }

            await app.WaitForShutdownAsync();
        }

        Console.WriteLine("Switchboard has stopped");
        return 0;
    }

    private static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddCommandLine(args, CommandLine.Shorthands);
        var settings = ServerSettings.Read(builder.Configuration);

        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(new RoomSockets(settings.Rooms));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RoomJson.Default));
        if (builder.Configuration["urls"] is null)
        {
            builder.WebHost.UseUrls(settings.Url);
        }

        // A page of another name that resolves to this machine (DNS rebinding) is not to reach a server meant for this machine only.
        if (builder.Configuration["AllowedHosts"] is null && settings.IsLoopback)
        {
            builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
        }

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UsePage();
        app.UseRouting();
        app.UsePageFiles();
        app.MapHealthChecks("/healthz");
        app.MapEcho(settings);
        app.MapRooms(settings);
        return app;
    }
}
