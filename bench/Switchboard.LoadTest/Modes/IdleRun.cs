using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>
/// Opens connections on which nothing is said, and reads what they cost the server: CPU to open them, memory to keep them, CPU
/// while they idle. Wants a server freshly started: memory that an earlier load left behind is used again and hides the growth.
/// </summary>
internal static class IdleRun
{
    // Opened and closed beforehand, so that the code a connection needs, and its compiling, do not count as the connections'.
    private const int PrimingConnections = 500;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static IdleResult Run(LoopbackUrl url, int count, TimeSpan window, int pid)
    {
        using (Open(url, Math.Min(count, PrimingConnections)))
        {
        }

        Thread.Sleep(TimeSpan.FromSeconds(1));
        var server = CpuClock.OfProcess(pid);
        var before = ProcessMemory.Of(pid);
        var start = CpuReading.Take(server);
        using var connections = Open(url, count);
        var opening = CpuReading.Take(server).Since(start);

        Keep(connections, Settling);
        start = CpuReading.Take(server);
        Keep(connections, window);
        var idling = CpuReading.Take(server).Since(start);
        return new IdleResult(count, before, ProcessMemory.Of(pid), opening, idling);
    }

    // No message is due; the expected reply is one that cannot come.
    private static ConnectionSet Open(LoopbackUrl url, int count) =>
        ConnectionSet.Open(url, count, () => new ReplyReader(Opcode.Binary, payload: [], period: 1, compared: 0));

    /// <summary>Says nothing, but answers pings and notices who goes.</summary>
    private static void Keep(ConnectionSet connections, TimeSpan duration)
    {
        var scratch = new byte[4096];
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            var events = connections.Poller.Wait(timeoutMilliseconds: 100);
            for (var i = 0; i < events; i++)
            {
                connections[connections.Poller.DataAt(i)].Receive(scratch);
            }
        }
    }
}
