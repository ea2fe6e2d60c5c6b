using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Servers;

namespace Switchboard.LoadTest.Suite;

/// <summary>Measures one row: all its servers run at once, asleep but for the one whose turn it is.</summary>
internal sealed class RowRunner(Row row, int rounds, int serverCpu) : IDisposable
{
    private const double Asleep = 0.02;

    // Not counted. Just-in-time compilers work in stages, on what was called often, and partly when the load is over: .NET's needs
    // two such turns until its code is final.
    private const int WarmUps = 3;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ServerProcess> _running = [];
    private readonly RowResult _result = new(row);

    public RowResult Run(IReadOnlyList<KnownServer> servers)
    {
        KnownServer[] able = [.. servers.Where(server => row.PathOn(server) is not null)];
        if (!row.WantsFreshServers)
        {
            Array.ForEach(able, server => Attempt(server, Start));
            for (var pass = 0; pass < WarmUps; pass++)
            {
                Array.ForEach(able, server => Attempt(server, WarmUp));
            }
        }

        for (var round = 1; round <= rounds; round++)
        {
            Array.ForEach(able, server => Attempt(server, Measure));
            Progress(round);
        }

        return _result;
    }

    public void Dispose()
    {
        foreach (var server in _running.Values)
        {
            server.Dispose();
        }
    }

    private void Attempt(KnownServer server, Action<KnownServer> turn)
    {
        if (_result.Failures.ContainsKey(server.Name))
        {
            return;
        }

        try
        {
            turn(server);
        }
        catch (RunFailedException failure)
        {
            var lastWords = _running.TryGetValue(server.Name, out var process) ? process.LastWords() : "";
            Console.Error.WriteLine($"!!! {row.Name}: {server.Name} is out of this row: {failure.Message}{lastWords}");
            _result.Fail(server.Name, failure.Message);
            Stop(server);
        }
    }

    private void WarmUp(KnownServer server)
    {
        RunOnce(server);
        AwaitSleep(server);
    }

    private void Measure(KnownServer server)
    {
        if (row.WantsFreshServers)
        {
            Start(server);
        }

        var others = _running.Where(other => other.Key != server.Name).ToDictionary(other => other.Key, other => Reading(other.Value));
        var sample = RunWatched(server);
        foreach (var (name, before) in others)
        {
            Watch(name, before);
        }

        if (!_result.Samples.TryGetValue(server.Name, out var samples))
        {
            _result.Samples[server.Name] = samples = [];
        }

        samples.Add(sample);
        if (row.WantsFreshServers)
        {
            Stop(server);
        }
        else
        {
            AwaitSleep(server);
        }
    }

    private Sample RunOnce(KnownServer server)
    {
        var process = _running[server.Name];
        return row.Run(process.Url, process.Pid);
    }

    private Sample RunWatched(KnownServer server)
    {
        var process = _running[server.Name];
        var before = Reading(process);
        var busyBefore = BusyCpu.Nanoseconds(serverCpu);
        var sample = RunOnce(server);
        var use = Reading(process).Since(before);
        var busy = (BusyCpu.Nanoseconds(serverCpu) - busyBefore) / use.Window.TotalNanoseconds;
        return sample with { TakenByOthers = Math.Max(0, busy - use.ServerShare) };
    }

    private void Start(KnownServer server) =>
        _running[server.Name] = ServerProcess.Start(server.Command, row.PathOn(server)!, serverCpu);

    private void Stop(KnownServer server)
    {
        if (_running.Remove(server.Name, out var process))
        {
            process.Dispose();
        }
    }

    /// <summary>What a server has left to do must not be done in another one's turn.</summary>
    private void AwaitSleep(KnownServer server)
    {
        var process = _running[server.Name];
        var began = Stopwatch.GetTimestamp();
        CpuReading before;
        do
        {
            before = Reading(process);
            Thread.Sleep(Glance);
        }
        while (Reading(process).Since(before).ServerShare > Asleep && Stopwatch.GetElapsedTime(began) < Patience);
    }

    private static CpuReading Reading(ServerProcess process) => CpuReading.Take(process.Clock);

    private void Watch(string name, CpuReading before)
    {
        var share = Reading(_running[name]).Since(before).ServerShare;
        if (share > Asleep && share > _result.Restless.GetValueOrDefault(name))
        {
            _result.Restless[name] = share;
        }
    }

    private void Progress(int round)
    {
        var figure = row.Lines[0].Figure;
        var figures = _result.Samples.Select(
            samples => $"{samples.Key} {samples.Value[^1].Figures[figure]:0.###}{(samples.Value[^1].IsGeneratorBound ? "*" : "")}");
        Console.Error.WriteLine($"  round {round} of {rounds}, {figure.Unit}: {string.Join(", ", figures)}");
    }
}
