using System.Diagnostics;

namespace Switchboard.Interop.Parties;

/// <summary>A peer that is a program.</summary>
internal sealed class ProcessPeer : Peer
{
    private readonly Process _process;
    private readonly List<string> _complaints = [];
    private readonly Task _reading;

    private ProcessPeer(string program, string script, PeerTerms terms)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, [script, Write(terms)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.ErrorDataReceived += (_, line) => Complain(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _reading = ReadAsync();
    }

    public override string Trouble
    {
        get
        {
            lock (_complaints)
            {
                return string.Join('\n', _complaints);
            }
        }
    }

    public static Task<Peer> StartWsAsync(PeerTerms terms) => StartAsync("node", InPeers("ws/peer.js"), terms);

    public static Task<Peer> StartWebsocketsAsync(PeerTerms terms) => StartAsync(
        Environment.GetEnvironmentVariable("SWITCHBOARD_PYTHON") is { Length: > 0 } chosen ? chosen : "/usr/bin/python3",
        InPeers("websockets/peer.py"),
        terms);

    public static Task<Peer> StartDotNetAsync(PeerTerms terms) => StartAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        Path.Combine(AppContext.BaseDirectory, "DotNetPeer.dll"),
        terms);

    public override async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        await _reading;
        _process.Dispose();
    }

    protected override async Task TellAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command.AsMemory(), TestContext.Current.CancellationToken);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    private static string InPeers(string script) => Path.Combine(Repository.Root, "tests/Interop/Peers", script);

    private static async Task<Peer> StartAsync(string program, string script, PeerTerms terms)
    {
        ProcessPeer? peer = null;
        try
        {
            peer = new ProcessPeer(program, script, terms);
            var ready = await peer.ExpectAsync("ready");
            peer.Versions = ready.Versions;
            peer.Url = $"ws://127.0.0.1:{ready.Port}/";
            return peer;
        }
        catch (Exception e)
        {
            await (peer?.DisposeAsync() ?? default);
            throw new InvalidOperationException($"'{program} {script}' does not start; ./test installs what it needs. {e.Message}", e);
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            Reported(line);
        }

        // Its last complaints included.
        await _process.WaitForExitAsync(CancellationToken.None);
        HasEnded();
    }

    private void Complain(string? line)
    {
        lock (_complaints)
        {
            _complaints.Add(line ?? "");
        }
    }
}
