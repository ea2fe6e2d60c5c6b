using System.Diagnostics;

namespace Switchboard.Conformance.Driving;

/// <summary>A process that is tested. What it logs is dropped. It ends when its standard input does, and is ended if it does not.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly SemaphoreSlim _input = new(1);
    private volatile string _lastWords = "";

    private ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} does not start.");
        _process.ErrorDataReceived += (_, line) => _lastWords = line.Data ?? _lastWords;
        _process.BeginErrorReadLine();
    }

    /// <summary>A program that stands beside this one.</summary>
    internal static ChildProcess StartAssembly(string assembly, params string[] arguments) => new(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]));

    /// <summary>Somebody else's program.</summary>
    internal static ChildProcess StartCommand(string command) =>
        command.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var program, .. var arguments]
            ? new ChildProcess(new ProcessStartInfo(program, arguments))
            : throw new ArgumentException("The command is empty.", nameof(command));

    /// <returns>The next line that it prints for which the function has an answer.</returns>
    internal async Task<T> ReadAsync<T>(Func<string, T?> find)
        where T : class
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (find(line) is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException($"The tested process has ended too soon, with exit code {await ExitCodeAsync()}. {_lastWords}");
    }

    /// <summary>Reads and drops what else it prints: a pipe that is full would stop it.</summary>
    internal void IgnoreOutput() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);

    internal async Task TellAsync(string line)
    {
        await _input.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _input.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _input.Dispose();
    }

    private async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }
}
