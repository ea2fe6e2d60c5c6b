using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>
/// One member publishes bursts; a message is complete when every member, the publisher too, has received it, and the next burst
/// leaves when the whole burst is complete. Each member's messages are held to their numbers, so that none is lost or out of turn.
/// </summary>
internal sealed class FanoutRun : LoadLoop
{
    private const int Publisher = 0;
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly LatencyHistogram _toLastMember = new();
    private readonly FanoutLoad _load;
    private readonly CpuClock? _server;
    private readonly Burst _burst;

    // Of the burst in flight: how many messages each member has, how many members each message.
    private readonly int[] _received;
    private readonly int[] _reached;

    private long _deliveries;
    private long _sentAt;
    private int _next;
    private int _incomplete;
    private bool _isDraining;

    private FanoutRun(ConnectionSet connections, FanoutLoad load, Burst burst, int? serverPid)
        : base(connections)
    {
        _load = load;
        _server = serverPid is { } pid ? CpuClock.OfProcess(pid) : null;
        _burst = burst;
        _received = new int[load.Members];
        _reached = new int[load.Depth];
    }

    public static FanoutRun Open(LoopbackUrl url, FanoutLoad load, int? serverPid)
    {
        var payload = Frames.Payload(load.Size);
        var connections = ConnectionSet.Open(
            url, load.Members, () => new ReplyReader(Opcode.Binary, payload, MessageNumber.Period, compared: load.Depth));
        return new FanoutRun(connections, load, new Burst(Opcode.Binary, payload, load.Depth), serverPid);
    }

    /// <summary>Warms up, measures, and waits for the last message to reach everybody. The messages counted are deliveries.</summary>
    public LoadResult Run()
    {
        Publish(Stopwatch.GetTimestamp());
        TurnFor(_load.Warmup);
        _deliveries = 0;
        _toLastMember.Clear();
        var start = CpuReading.Take(_server);
        TurnFor(_load.Window);
        var cpu = CpuReading.Take(_server).Since(start);
        var result = new LoadResult(_deliveries, cpu, Latency.Of(_toLastMember));
        Drain();
        return result.Plausible(_server);
    }

    protected override void OnMessages(int connection, int messages)
    {
        _deliveries += messages;
        var first = _received[connection];
        var end = first + messages;
        if (end > _load.Depth)
        {
            throw new RunFailedException("A member received more messages than were published.");
        }

        _received[connection] = end;
        for (var message = first; message < end; message++)
        {
            if (++_reached[message] == _load.Members)
            {
                Complete();
            }
        }
    }

    private void Complete()
    {
        var now = Stopwatch.GetTimestamp();
        LastReplyAt = now;
        _toLastMember.Record(Nanoseconds(_sentAt, now));
        if (--_incomplete == 0 && !_isDraining)
        {
            Publish(now);
        }
    }

    private void Publish(long now)
    {
        Array.Clear(_received);
        Array.Clear(_reached);
        _incomplete = _load.Depth;
        _sentAt = now;
        _burst.Renumber(_next);
        _next = (_next + _load.Depth) % MessageNumber.Period;
        Send(Publisher, _burst.Bytes);
    }

    private void Drain()
    {
        _isDraining = true;
        var began = Stopwatch.GetTimestamp();
        while (_incomplete > 0)
        {
            Turn();
            if (Stopwatch.GetElapsedTime(began) > DrainTimeout)
            {
                throw new RunFailedException($"{_incomplete} messages never reached every member.");
            }
        }
    }
}
