using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary><c>echo</c>: one server that runs already, one window.</summary>
internal static class Echo
{
    public static void Execute(Arguments arguments)
    {
        var url = LoopbackUrl.Parse(arguments.Required("--url"));
        var load = Load.Parse(arguments);
        var pid = arguments.Number("--pid", 1, int.MaxValue);
        var cpu = arguments.Number("--cpu", 0, 1023);
        arguments.RefuseOthers();

        if (cpu is { } number)
        {
            Affinity.Pin(number);
        }

        using var run = new EchoRun(url, load, pid);
        Print(url, load, run.Run(), pid);
    }

    private static void Print(LoopbackUrl url, Load load, EchoResult result, int? pid)
    {
        Console.WriteLine($"echo {url}, {load}");
        Console.WriteLine($"  messages     {result.MessagesPerSecond:N0}/s");
        Console.WriteLine($"  p50          {Milliseconds(result.P50)} round trip of a burst");
        Console.WriteLine($"  p99          {Milliseconds(result.P99)}");
        Console.WriteLine($"  p99.9        {Milliseconds(result.P999)}");
        if (pid is not null)
        {
            Console.WriteLine(
                $"  server CPU   {result.ServerMicrosecondsPerMessage:0.000} us/message, {result.Cpu.ServerShare:0%} of a CPU");
        }

        Console.WriteLine(
            $"  generator    {result.Cpu.GeneratorShare:0%} of a CPU, waited for it {result.Cpu.GeneratorWaitShare:0%} of the time");
        if (pid is not null && result.Cpu.IsGeneratorBound)
        {
            Console.WriteLine("  The generator was the bottleneck: messages/s and round trips are its own, not the server's.");
        }
    }

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:0.000} ms";
}
