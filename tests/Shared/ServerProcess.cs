using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Switchboard.TestSupport;

/// <summary>The real server, in a process of its own.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _log = [];

    // Of this server alone, unless the test has one of its own.
    private readonly DirectoryInfo? _data;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(string[] flags, IReadOnlyDictionary<string, string>? environment)
    {
        _data = flags.Any(flag => flag.StartsWith("--data", StringComparison.Ordinal)) ? null : Directory.CreateTempSubdirectory("switchboard-data-");
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Switchboard.Server.dll"), .. flags, .. _data is null ? (string[])[] : ["--data", _data.FullName]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Read(_log, line.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException("The server ended before it listened."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address => _address.Task.Result;

    public int Port => Address.Port;

    /// <summary>What it printed for people, line by line.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>What it printed on the standard error stream, line by line.</summary>
    public IReadOnlyList<string> Log => Copy(_log);

    /// <summary>Starts a server and returns when it listens, by default at a free port.</summary>
    public static async Task<ServerProcess> StartAsync(string[]? flags = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new ServerProcess(flags ?? ["--port", "0"], environment);
        try
        {
            await server._address.Task.Soon();
            return server;
        }
        catch (Exception e)
        {
            var log = string.Join('\n', server.Log);
            await server.DisposeAsync();
            throw new InvalidOperationException($"{e.Message}\n{log}", e);
        }
    }

    /// <summary>Starts a server that is to end by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Log)> RunAsync(
        string[] flags, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var server = new ServerProcess(flags, environment);
        var exitCode = await server.EndAsync();
        return (exitCode, string.Join('\n', server.Output), string.Join('\n', server.Log));
    }

    /// <summary>A port nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public Uri WebSocket(string target) => new($"ws://{Address.Authority}{target}");

    public void Interrupt() => Signal(2);

    public void Terminate() => Signal(15);

    /// <summary>Waits until it has ended, and all that it printed was read.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        return _process.ExitCode;
    }

    /// <summary>Ends it without a farewell to anybody.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _data?.Delete(recursive: true);
    }

    private static string[] Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    private void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    private void Read(List<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (lines)
        {
            lines.Add(line);
        }

        if (lines == _output && Listens().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [GeneratedRegex(@"^Switchboard listens on (https?://\S+)")]
    private static partial Regex Listens();
}
