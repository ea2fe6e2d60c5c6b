using System.Diagnostics;
using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary><c>idle</c>: what connections cost the server while nothing is said. Kernel memory (socket buffers) is not in it.</summary>
internal static class Idle
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    public static void Execute(Arguments arguments)
    {
        var url = LoopbackUrl.Parse(arguments.Required("--url"));
        var count = arguments.Number("--connections", 1, 100_000) ?? 1000;
        var pid = arguments.Number("--pid", 1, int.MaxValue) ?? throw new UsageException("--pid is needed.");
        var cpu = arguments.Number("--cpu", 0, 1023);
        arguments.RefuseOthers();

        if (cpu is { } number)
        {
            Affinity.Pin(number);
        }

        Prime(url, count);
        Measure(url, count, pid);
    }

    /// <summary>Lets the server load the code a connection needs, once, so that it does not count as the connections' memory.</summary>
    private static void Prime(LoopbackUrl url, int count)
    {
        using (Open(url, Math.Max(1, Math.Min(100, count / 100))))
        {
        }

        Thread.Sleep(TimeSpan.FromSeconds(1));
    }

    private static void Measure(LoopbackUrl url, int count, int pid)
    {
        var server = CpuClock.OfProcess(pid);
        var before = ProcessMemory.Of(pid);
        using var connections = Open(url, count);
        Keep(connections, Settling);
        var after = ProcessMemory.Of(pid);

        var start = CpuReading.Take(server);
        Keep(connections, Window);
        var cpu = CpuReading.Take(server).Since(start);

        Console.WriteLine($"idle {url}, {count:N0} connections");
        Console.WriteLine($"  VmRSS     {Growth(before.Resident, after.Resident, count)}");
        Console.WriteLine($"  RssAnon   {Growth(before.Anonymous, after.Anonymous, count)}");
        Console.WriteLine(
            $"  CPU       {cpu.ServerMicroseconds / 1_000:0.0} ms in {cpu.Window.TotalSeconds:0.0} idle seconds, "
            + $"{cpu.ServerShare:0.00%} of a CPU");
    }

    private static string Growth(long before, long after, int connections) =>
        $"{before:N0} kB before, {after:N0} kB after: {(after - before) / (double)connections:0.00} kB per connection";

    // No message is due; the expected reply is one that cannot come.
    private static ConnectionSet Open(LoopbackUrl url, int count) =>
        ConnectionSet.Open(url, count, () => new ReplyReader(Opcode.Binary, payload: [], compared: 0));

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
