using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Switchboard.Cli.Tests.Support;

/// <summary>The tool, as a script runs it: a process whose streams are pipes.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lines _output = new();
    private readonly Lines _errors = new();

    private ToolProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _output.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The tool beside the tests.</summary>
    internal static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "Switchboard.Cli.dll");

    internal static string DotNet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    internal string[] Output => _output.ToArray();

    internal string[] Errors => _errors.ToArray();

    internal StreamWriter Input => _process.StandardInput;

    /// <summary>Starts the tool; its input stays open.</summary>
    internal static ToolProcess Start(params string[] args) => new(new ProcessStartInfo(DotNet, [Assembly, .. args]));

    /// <summary>Starts a shell in which the tool is a command, <c>switchboard</c>.</summary>
    internal static ToolProcess StartShell(string script) =>
        new(new ProcessStartInfo("bash", ["-c", $"switchboard() {{ '{DotNet}' '{Assembly}' \"$@\"; }}\n{script}"]));

    /// <summary>Runs any program to its end.</summary>
    internal static async Task<Result> RunAsync(ProcessStartInfo start, string input = "")
    {
        await using var process = new ToolProcess(start);
        return await process.EndAsync(input);
    }

    /// <summary>Runs the tool with this input, to its end.</summary>
    internal static async Task<Result> RunAsync(string input, params string[] args)
    {
        await using var tool = Start(args);
        return await tool.EndAsync(input);
    }

    /// <summary>Gives it the rest of its input, and waits until it has ended by itself.</summary>
    internal async Task<Result> EndAsync(string input = "")
    {
        try
        {
            await _process.StandardInput.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading all of it.
        }

        return await EndWithOpenInputAsync();
    }

    internal async Task<Result> EndWithOpenInputAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        return new Result(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits for a line of the output, and gives it.</summary>
    internal async Task<string> LineAsync(Func<string, bool> isWanted)
    {
        await Patience.Until(() => Output.Any(isWanted) || _process.HasExited);
        return Output.FirstOrDefault(isWanted) ?? throw new InvalidOperationException($"The tool has ended:\n{string.Join('\n', Errors)}");
    }

    /// <summary>Waits for a notice, and gives it.</summary>
    internal async Task<string> NoticeAsync(Func<string, bool> isWanted)
    {
        await Patience.Until(() => Errors.Any(isWanted) || _process.HasExited);
        return Errors.FirstOrDefault(isWanted) ?? throw new InvalidOperationException($"The tool has ended:\n{string.Join('\n', Errors)}");
    }

    internal void Interrupt() => Assert.Equal(0, Kill(_process.Id, 2));

    internal void Terminate() => Assert.Equal(0, Kill(_process.Id, 15));

    /// <summary>Ends it without a farewell to anybody.</summary>
    internal async Task KillAsync()
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
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    /// <summary>How it has ended.</summary>
    internal sealed record Result(int ExitCode, string[] Output, string[] Errors);

    private sealed class Lines
    {
        private readonly List<string> _lines = [];

        internal void Add(string? line)
        {
            lock (_lines)
            {
                _lines.AddRange(line is null ? [] : [line]);
            }
        }

        internal string[] ToArray()
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }
}
