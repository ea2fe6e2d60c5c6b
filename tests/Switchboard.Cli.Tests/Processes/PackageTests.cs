using System.Diagnostics;
using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary>The package, as <c>dotnet tool install</c> brings it: with nothing but itself, and without a network.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task Is_installed_as_a_tool_and_works()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-tool-").FullName;
        try
        {
            var tool = await InstallAsync(folder);

            var version = await RunAsync(tool, "--version");
            Assert.Matches(@"^\d+\.\d+\.\d+", Assert.Single(version.Output));

            await using var listener = ToolProcess.StartShell($"exec '{tool}' listen --port 0");
            var listening = await listener.LineAsync(line => line.StartsWith("Listening on ws://127.0.0.1:", StringComparison.Ordinal));
            var echo = await ToolProcess.RunAsync(new ProcessStartInfo(tool, ["connect", listening.Split(' ')[2], "--count", "1"]), "hi\n");
            Assert.Equal((0, "hi"), (echo.ExitCode, Assert.Single(echo.Output)));

            await using var server = ToolProcess.StartShell($"exec '{tool}' serve --port 0");
            var address = (await server.LineAsync(line => line.StartsWith("Switchboard listens on ", StringComparison.Ordinal))).Split(' ')[3];
            using var http = new HttpClient();
            Assert.Contains("app.js", await http.GetStringAsync(new Uri(address), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.NotEmpty(await http.GetStringAsync(new Uri(new Uri(address), "app.js"), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> InstallAsync(string folder)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var project = Path.Combine(Repository.Root, "app/Switchboard.Cli");
        await RunAsync(ToolProcess.DotNet, "pack", project, "--no-build", "--configuration", configuration, "--output", folder);
        var sources = Path.Combine(folder, "nuget.config");
        await File.WriteAllTextAsync(
            sources, $"""<configuration><packageSources><clear /><add key="here" value="{folder}" /></packageSources></configuration>""");
        var tools = Path.Combine(folder, "tools");
        await RunAsync(ToolProcess.DotNet, "tool", "install", "Switchboard.Cli", "--tool-path", tools, "--configfile", sources);
        return Path.Combine(tools, "switchboard");
    }

    private static async Task<ToolProcess.Result> RunAsync(string program, params string[] args)
    {
        var result = await ToolProcess.RunAsync(new ProcessStartInfo(program, args));
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', args)}:\n{string.Join('\n', [.. result.Output, .. result.Errors])}");
        return result;
    }
}
