using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>Quiet echo on a few connections, first alone, then while others are opened and closed at a steady rate.</summary>
internal sealed class ConnectRun : IDisposable
{
    private readonly ConnectLoad _load;
    private readonly CpuClock _server;
    private readonly QuietEcho _quiet;
    private readonly Storm _storm;
    private readonly Poller _both = new();

    public ConnectRun(LoopbackUrl url, ConnectLoad load, int serverPid)
    {
        _load = load;
        _server = CpuClock.OfProcess(serverPid);
        _quiet = QuietEcho.Open(url, load.Quiet);
        _storm = new Storm(url, load.Rate, load.Alive);
        _both.Add(_quiet.Poller.Descriptor, data: 0);
        _both.Add(_storm.Poller.Descriptor, data: 1);
    }

    public ConnectResult Run()
    {
        TurnFor(_load.Warmup, isStormy: false);
        var (calmCpu, calm) = Measure(isStormy: false);
        TurnFor(_load.Warmup, isStormy: true);
        var before = _storm.Handshakes;
        var (stormCpu, storm) = Measure(isStormy: true);
        var handshakes = _storm.Handshakes - before;
        return handshakes > 0
            ? new ConnectResult(_load.Rate, handshakes, calmCpu, calm, stormCpu, storm)
            : throw new RunFailedException("Not one connection opened within the window.");
    }

    public void Dispose()
    {
        _storm.Dispose();
        _quiet.Dispose();
        _both.Dispose();
    }

    private (CpuUse Cpu, Latency Latency) Measure(bool isStormy)
    {
        _quiet.RoundTrips.Clear();
        var start = CpuReading.Take(_server);
        TurnFor(_load.Window, isStormy);
        return (CpuReading.Take(_server).Since(start), Latency.Of(_quiet.RoundTrips));
    }

    private void TurnFor(TimeSpan duration, bool isStormy)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            _both.Wait(timeoutMilliseconds: 1); // the shortest there is; both are due to begin something every few turns
            _quiet.Step();
            if (isStormy)
            {
                _storm.Step();
            }
        }
    }
}
