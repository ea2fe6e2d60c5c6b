using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Servers;

/// <summary>A server started for the comparison, pinned, and killed with everything it started when disposed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private const int LinesKept = 20;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private ServerProcess(ServerCommand command, string path, int cpu)
    {
        Command = command;
        Url = new LoopbackUrl(IPAddress.Loopback, FreePort(), path, command.IsRaw, command.IsSecure);

        // Both programs replace themselves by the next, so the process started is the server. setpriv asks the kernel to kill it
        // when we end in a way that runs no code of ours.
        List<string> words = ["--pdeathsig", "KILL", "taskset", "--cpu-list", $"{cpu}", .. command.Words(Url.Port)];
        try
        {
            _process = Process.Start(new ProcessStartInfo("setpriv", words)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            })!;
        }
        catch (Win32Exception)
        {
            throw new RunFailedException("setpriv and taskset are needed (package util-linux).");
        }

        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public ServerCommand Command { get; }

    public LoopbackUrl Url { get; }

    public int Pid => _process.Id;

    public CpuClock Clock => CpuClock.OfProcess(Pid);

    /// <summary>Starts a server and returns once it accepts connections.</summary>
    public static ServerProcess Start(ServerCommand command, string path, int cpu)
    {
        var server = new ServerProcess(command, path, cpu);
        try
        {
            server.AwaitListening();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>What the server said last: the likeliest explanation of a failure.</summary>
    public string LastWords()
    {
        lock (_lastLines)
        {
            return _lastLines.Count == 0 ? "" : $"\n{Command.Name} said:\n  {string.Join("\n  ", _lastLines)}";
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _process.Dispose();
    }

    private void AwaitListening()
    {
        var began = Stopwatch.GetTimestamp();
        while (!Accepts())
        {
            if (_process.HasExited)
            {
                _process.WaitForExit(); // for the rest of its output
                throw new RunFailedException($"{Command.Name} ended with code {_process.ExitCode} before it listened.{LastWords()}");
            }

            if (Stopwatch.GetElapsedTime(began) > StartTimeout)
            {
                throw new RunFailedException(
                    $"{Command.Name} did not listen on port {Url.Port} within {StartTimeout.TotalSeconds:0} s.{LastWords()}");
            }

            Thread.Sleep(50);
        }
    }

    private bool Accepts()
    {
        try
        {
            using var probe = new TcpClient();
            probe.Connect(Url.Address, Url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Free now; that nobody takes it before the server does is likely enough.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_lastLines)
        {
            if (line.Data is not null)
            {
                _lastLines.Enqueue(line.Data);
            }

            if (_lastLines.Count > LinesKept)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
