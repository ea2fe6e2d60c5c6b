using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary><c>fanout</c>: one server that runs already, one window.</summary>
internal static class Fanout
{
    public static void Execute(Arguments arguments)
    {
        var url = LoopbackUrl.Parse(arguments.Required("--url"));
        var load = FanoutLoad.Parse(arguments);
        var pid = arguments.Number("--pid", 1, int.MaxValue);
        var cpu = arguments.Number("--cpu", 0, 1023);
        arguments.RefuseOthers();

        Affinity.PinIfAsked(cpu);
        using var run = FanoutRun.Open(url, load, pid);
        Console.WriteLine($"fanout {url}, {load}");
        LoadPrinter.Print(run.Run(), pid, unit: "delivery", units: "deliveries", latency: "from publishing to the last member");
    }
}
