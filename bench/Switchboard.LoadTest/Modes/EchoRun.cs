using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>
/// Every connection has one burst in flight: all its messages leave in one send, and the next burst leaves when the last reply is
/// in. Nothing is allocated and the clock is read once per burst while it runs.
/// </summary>
internal sealed class EchoRun : LoadLoop
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly LatencyHistogram _roundTrips = new();
    private readonly Load _load;
    private readonly CpuClock? _server;
    private readonly Burst _burst;
    private readonly int[] _repliesDue;
    private readonly long[] _sentAt;

    private long _messages;
    private int _burstsInFlight;
    private bool _isDraining;

    private EchoRun(ConnectionSet connections, Load load, Burst burst, int? serverPid)
        : base(connections)
    {
        _load = load;
        _server = serverPid is { } pid ? CpuClock.OfProcess(pid) : null;
        _burst = burst;
        _repliesDue = new int[load.Connections];
        _sentAt = new long[load.Connections];
    }

    public static EchoRun Open(LoopbackUrl url, Load load, int? serverPid)
    {
        var payload = Frames.Payload(load.Size);
        var burst = new Burst(load.Opcode, payload, load.Depth);
        var connections = ConnectionSet.Open(url, load.Connections, () => url.IsRaw
            ? new EchoedBytes(burst)
            : new ReplyReader(load.Opcode, payload, period: load.Depth, compared: load.Depth));
        return new EchoRun(connections, load, burst, serverPid);
    }

    /// <summary>Warms up, measures, and lets every burst finish, so that each message sent has its reply.</summary>
    public LoadResult Run()
    {
        for (var index = 0; index < Connections.Count; index++)
        {
            SendBurst(index, Stopwatch.GetTimestamp());
        }

        TurnFor(_load.Warmup);
        _messages = 0;
        _roundTrips.Clear();
        var start = CpuReading.Take(_server);
        TurnFor(_load.Window);
        var cpu = CpuReading.Take(_server).Since(start);
        var result = new LoadResult(_messages, cpu, Latency.Of(_roundTrips));
        Drain();
        return result.Plausible(_server);
    }

    protected override void OnMessages(int connection, int messages)
    {
        _messages += messages;
        var due = _repliesDue[connection] -= messages;
        if (due > 0)
        {
            return;
        }

        if (due < 0 || Connections[connection].IsSending)
        {
            throw new RunFailedException("The server sent more replies than it got messages.");
        }

        var now = Stopwatch.GetTimestamp();
        LastReplyAt = now;
        _roundTrips.Record(Nanoseconds(_sentAt[connection], now));
        _burstsInFlight--;
        if (!_isDraining)
        {
            SendBurst(connection, now);
        }
    }

    private void SendBurst(int connection, long now)
    {
        _sentAt[connection] = now;
        _repliesDue[connection] = _load.Depth;
        _burstsInFlight++;
        Send(connection, _burst.Bytes);
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
}
