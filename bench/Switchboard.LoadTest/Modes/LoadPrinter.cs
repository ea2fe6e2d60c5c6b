using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary>One window's figures for the terminal.</summary>
internal static class LoadPrinter
{
    public static void Print(LoadResult result, int? pid, string unit, string units, string latency)
    {
        Console.WriteLine($"  {units,-12} {result.MessagesPerSecond:N0}/s");
        Console.WriteLine($"  p50          {Milliseconds(result.Latency.P50)} {latency}");
        Console.WriteLine($"  p99          {Milliseconds(result.Latency.P99)}");
        Console.WriteLine($"  p99.9        {Milliseconds(result.Latency.P999)}");
        if (pid is { } server)
        {
            Console.WriteLine(
                $"  server CPU   {result.ServerMicrosecondsPerMessage:0.000} us/{unit}, {result.Cpu.ServerShare:0%} of a CPU");
            var memory = ProcessMemory.Of(server);
            Console.WriteLine($"  memory       {memory.Resident:N0} kB resident, {memory.Peak:N0} kB at most");
        }

        Console.WriteLine(
            $"  generator    {result.Cpu.GeneratorShare:0%} of a CPU, waited for it {result.Cpu.GeneratorWaitShare:0%} of the time");
        if (pid is not null && result.Cpu.IsGeneratorBound)
        {
            Console.WriteLine($"  The generator was the bottleneck: {units}/s and times are its own, not the server's.");
        }
    }

    public static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:0.000} ms";
}
