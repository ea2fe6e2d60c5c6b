using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Switchboard.Browser;

/// <summary>The real server, in a process and an empty directory of its own, so that it can be killed and started again.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("switchboard-browser-");
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(int port)
    {
        _process = new Process { StartInfo = Command(port, _directory), EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _address.TrySetException(
            new InvalidOperationException($"The server ended before it listened:\n{Output}"));
    }

    /// <summary>Where the server said it listens; ends with a slash.</summary>
    public Uri Address => _address.Task.Result;

    private string Output
    {
        get { lock (_output) { return _output.ToString(); } }
    }

    /// <summary>Starts a server and returns once it listens. Zero lets it choose its port.</summary>
    public static async Task<ServerProcess> StartAsync(int port = 0)
    {
        var server = new ServerProcess(port);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        try
        {
            await server._address.Task.WaitAsync(StartTimeout);
            return server;
        }
        catch (TimeoutException)
        {
            var output = server.Output;
            await server.DisposeAsync();
            throw new TimeoutException($"The server did not say where it listens within {StartTimeout.TotalSeconds} s:\n{output}");
        }
    }

    /// <summary>A port nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Ends the server without a farewell to anybody.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static ProcessStartInfo Command(int port, DirectoryInfo directory) => new(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Switchboard.Server.dll"), "--port", $"{port}", "--host", "127.0.0.1"])
    {
        WorkingDirectory = directory.FullName,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private void Read(string? line)
    {
        lock (_output) { _output.AppendLine(line); }
        if (AddressPattern().Match(line ?? "") is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Value));
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex AddressPattern();
}
