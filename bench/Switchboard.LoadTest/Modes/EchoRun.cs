using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>
/// Drives echo load on one thread. Every connection has one burst in flight: all its messages leave in one send, and the next
/// burst leaves when the last reply is in. Nothing is allocated while it runs.
/// </summary>
internal sealed class EchoRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    // Large enough that a 1 MiB reply takes a few receives; small enough to stay in the second-level cache.
    private readonly byte[] _scratch = new byte[256 * 1024];
    private readonly LatencyHistogram _roundTrips = new();
    private readonly Load _load;
    private readonly CpuClock? _server;
    private readonly byte[] _burst;
    private readonly ConnectionSet _connections;
    private readonly int[] _repliesDue;
    private readonly long[] _sentAt;

    private long _messages;
    private long _lastReplyAt;
    private int _burstsInFlight;
    private bool _isDraining;

    public EchoRun(LoopbackUrl url, Load load, int? serverPid)
    {
        _load = load;
        _server = serverPid is { } pid ? CpuClock.OfProcess(pid) : null;
        var payload = Frames.Payload(load.Size);
        _burst = Frames.Burst(load.Opcode, payload, load.Depth);
        _repliesDue = new int[load.Connections];
        _sentAt = new long[load.Connections];
        _connections = ConnectionSet.Open(url, load.Connections, () => new ReplyReader(load.Opcode, payload, compared: load.Depth));
    }

    /// <summary>Warms up, measures, and lets every burst finish, so that each message sent has its reply.</summary>
    public EchoResult Run()
    {
        _lastReplyAt = Stopwatch.GetTimestamp();
        for (var index = 0; index < _connections.Count; index++)
        {
            SendBurst(index, Stopwatch.GetTimestamp());
        }

        TurnFor(_load.Warmup);
        _messages = 0;
        _roundTrips.Clear();
        var start = CpuReading.Take(_server);
        TurnFor(_load.Window);
        var cpu = CpuReading.Take(_server).Since(start);
        var result = new EchoResult(
            _messages, cpu, _roundTrips.Percentile(0.50), _roundTrips.Percentile(0.99), _roundTrips.Percentile(0.999));
        Drain();
        return Plausible(result);
    }

    public void Dispose() => _connections.Dispose();

    private EchoResult Plausible(EchoResult result)
    {
        if (result.Messages == 0)
        {
            throw new RunFailedException("Not one message came back within the window.");
        }

        return _server is null || result.Cpu.ServerMicroseconds > 0
            ? result
            : throw new RunFailedException("The process given as the server used no CPU. Is it a wrapper, and the server its child?");
    }

    private void TurnFor(TimeSpan duration)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            Turn();
        }
    }

    private void Drain()
    {
        _isDraining = true;
        var began = Stopwatch.GetTimestamp();
        while (_burstsInFlight > 0)
        {
            Turn();
            if (Stopwatch.GetElapsedTime(began) > DrainTimeout)
            {
                throw new RunFailedException($"{_burstsInFlight} bursts never got all their replies.");
            }
        }
    }

    private void Turn()
    {
        var events = _connections.Poller.Wait(timeoutMilliseconds: 100);
        for (var i = 0; i < events; i++)
        {
            var index = _connections.Poller.DataAt(i);
            if (_connections.Poller.HasSpaceAt(i))
            {
                ContinueBurst(index);
            }

            if (_connections.Poller.HasBytesAt(i))
            {
                Receive(index);
            }
        }

        if (events == 0 && Stopwatch.GetElapsedTime(_lastReplyAt) > Patience)
        {
            throw new RunFailedException($"No reply for {Patience.TotalSeconds:0} s.");
        }
    }

    private void Receive(int index)
    {
        var messages = _connections[index].Receive(_scratch);
        if (messages == 0)
        {
            return;
        }

        _messages += messages;
        _repliesDue[index] -= messages;
        if (_repliesDue[index] > 0)
        {
            return;
        }

        if (_repliesDue[index] < 0 || _connections[index].IsSending)
        {
            throw new RunFailedException("The server sent more replies than it got messages.");
        }

        var now = Stopwatch.GetTimestamp();
        _lastReplyAt = now;
        _roundTrips.Record((long)Stopwatch.GetElapsedTime(_sentAt[index], now).TotalNanoseconds);
        _burstsInFlight--;
        if (!_isDraining)
        {
            SendBurst(index, now);
        }
    }

    private void SendBurst(int index, long now)
    {
        _sentAt[index] = now;
        _repliesDue[index] = _load.Depth;
        _burstsInFlight++;
        if (!_connections[index].Send(_burst))
        {
            _connections.Poller.WatchForSpace(_connections[index].Descriptor, index, isOn: true);
        }
    }

    private void ContinueBurst(int index)
    {
        if (_connections[index].ContinueSending())
        {
            _connections.Poller.WatchForSpace(_connections[index].Descriptor, index, isOn: false);
        }
    }
}
