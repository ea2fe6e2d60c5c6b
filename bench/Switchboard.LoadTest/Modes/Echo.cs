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

        Affinity.PinIfAsked(cpu);
        using var run = EchoRun.Open(url, load, pid);
        Console.WriteLine($"echo {url}, {load}");
        LoadPrinter.Print(run.Run(), pid, unit: "message", units: "messages", latency: "round trip of a burst");
    }
}
