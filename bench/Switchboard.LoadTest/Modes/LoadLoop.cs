using System.Diagnostics;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>Drives connections on one thread: receives what has come, goes on sending where there is space again.</summary>
internal abstract class LoadLoop(ConnectionSet connections) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Large enough that a 1 MiB reply takes a few receives; small enough to stay in the second-level cache.
    private readonly byte[] _scratch = new byte[256 * 1024];

    protected ConnectionSet Connections { get; } = connections;

    /// <summary>When the last burst was answered; whoever waits for nothing sets it to now.</summary>
    protected long LastReplyAt { get; set; } = Stopwatch.GetTimestamp();

    protected virtual int TimeoutMilliseconds => 100;

    public void Dispose() => Connections.Dispose();

    protected abstract void OnMessages(int connection, int messages);

    protected void TurnFor(TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            Turn();
        }
    }

    protected void Turn()
    {
        var poller = Connections.Poller;
        var events = Wait(poller);
        for (var i = 0; i < events; i++)
        {
            var index = poller.DataAt(i);
            if (poller.HasSpaceAt(i))
            {
                ContinueSending(index);
            }

            if (poller.HasBytesAt(i))
            {
                Receive(index);
            }
        }

        if (events == 0 && Stopwatch.GetElapsedTime(LastReplyAt) > Patience)
        {
            throw new RunFailedException($"No reply for {Patience.TotalSeconds:0} s.");
        }
    }

    protected virtual int Wait(Poller poller) => poller.Wait(TimeoutMilliseconds);

    /// <summary>The bytes stay as they are until all of them went.</summary>
    protected void Send(int index, ReadOnlyMemory<byte> bytes)
    {
        if (!Connections[index].Send(bytes))
        {
            Connections.Poller.WatchForSpace(Connections[index].Descriptor, index, isOn: true);
        }
    }

    /// <summary>Durations in nanoseconds, whatever the clock's unit.</summary>
    protected static long Nanoseconds(long from, long to) =>
        Stopwatch.Frequency == 1_000_000_000 ? to - from : (long)Stopwatch.GetElapsedTime(from, to).TotalNanoseconds;

    private void Receive(int index)
    {
        var messages = Connections[index].Receive(_scratch);
        if (messages > 0)
        {
            OnMessages(index, messages);
        }
    }

    private void ContinueSending(int index)
    {
        if (Connections[index].ContinueSending())
        {
            Connections.Poller.WatchForSpace(Connections[index].Descriptor, index, isOn: false);
        }
    }
}
