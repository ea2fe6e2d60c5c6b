using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Rooms;

/// <summary>One of the processes that members live in: this program again. It ends with us.</summary>
internal sealed class ClientProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _complaints = [];

    private ClientProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_complaints)
            {
                if (line.Data is not null)
                {
                    _complaints.Add(line.Data);
                }
            }
        };
        _process.BeginErrorReadLine();
    }

    public CpuClock Clock => CpuClock.OfProcess(_process.Id);

    public static ClientProcess Start(RoomsLoad load, LoopbackUrl url, Board board, int client, int cpu)
    {
        List<string> words =
        [
            "--pdeathsig", "KILL", "taskset", "--cpu-list", cpu.ToString(CultureInfo.InvariantCulture), .. Ourselves(), "rooms-client",
            .. load.Words(), "--url", url.ToString(), "--board", board.ToString(), "--client", client.ToString(CultureInfo.InvariantCulture),
        ];
        try
        {
            return new ClientProcess(Process.Start(new ProcessStartInfo("setpriv", words) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        }
        catch (Win32Exception)
        {
            throw new RunFailedException("setpriv and taskset are needed (package util-linux).");
        }
    }

    /// <summary>The next line it writes; it is at work on it, or has written it.</summary>
    public string ReadLine() => _process.StandardOutput.ReadLine() ?? throw Ended();

    public void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw Ended();
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _process.Dispose();
    }

    // `dotnet X.dll` or the program X.
    private static IEnumerable<string> Ourselves()
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }

    private RunFailedException Ended()
    {
        _process.WaitForExit(); // for the rest of what it says
        lock (_complaints)
        {
            return new RunFailedException(_complaints.Count > 0 ? string.Join('\n', _complaints) : $"A client ended with code {_process.ExitCode}.");
        }
    }
}
