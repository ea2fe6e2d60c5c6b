using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>Connections that each send one small message every 10 ms, evenly spread: far too little to be load.</summary>
internal sealed class QuietEcho : LoadLoop
{
    private const int Size = 20;
    private static readonly long Interval = Stopwatch.Frequency / 100;

    private readonly Burst _burst = new(Opcode.Binary, Frames.Payload(Size), depth: 1);
    private readonly long[] _sentAt;
    private readonly long[] _dueAt;

    private QuietEcho(ConnectionSet connections)
        : base(connections)
    {
        var now = Stopwatch.GetTimestamp();
        _sentAt = new long[connections.Count];
        _dueAt = [.. Enumerable.Range(0, connections.Count).Select(index => now + (Interval * index / connections.Count))];
    }

    public LatencyHistogram RoundTrips { get; } = new();

    public Poller Poller => Connections.Poller;

    // Whoever drives this does the waiting.
    protected override int TimeoutMilliseconds => 0;

    public static QuietEcho Open(LoopbackUrl url, int count)
    {
        var payload = Frames.Payload(Size);
        return new QuietEcho(ConnectionSet.Open(url, count, () => new ReplyReader(Opcode.Binary, payload, period: 1, compared: 1)));
    }

    /// <summary>Receives what has come and sends what is due.</summary>
    public void Step()
    {
        if (Connections.Count == 0)
        {
            return;
        }

        Turn();
        var now = Stopwatch.GetTimestamp();
        for (var index = 0; index < _dueAt.Length; index++)
        {
            if (_dueAt[index] <= now)
            {
                _dueAt[index] = long.MaxValue;
                _sentAt[index] = Stopwatch.GetTimestamp();
                Send(index, _burst.Bytes);
            }
        }
    }

    protected override void OnMessages(int connection, int messages)
    {
        var now = Stopwatch.GetTimestamp();
        LastReplyAt = now;
        RoundTrips.Record(Nanoseconds(_sentAt[connection], now));
        _dueAt[connection] = Math.Max(now, _sentAt[connection] + Interval);
    }
}
