using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary><c>idle</c>: one server that runs already, best freshly started.</summary>
internal static class Idle
{
    public static void Execute(Arguments arguments)
    {
        var url = LoopbackUrl.Parse(arguments.Required("--url"));
        var count = arguments.Number("--connections", 1, 100_000) ?? 1000;
        var window = arguments.Seconds("--seconds", 10);
        var pid = arguments.Number("--pid", 1, int.MaxValue) ?? throw new UsageException("--pid is needed.");
        var cpu = arguments.Number("--cpu", 0, 1023);
        arguments.RefuseOthers();

        Affinity.PinIfAsked(cpu);
        var result = IdleRun.Run(url, count, window, pid);
        Console.WriteLine($"idle {url}, {count:N0} connections");
        Console.WriteLine($"  VmRSS     {Growth(result.Before.Resident, result.After.Resident, result.ResidentBytesEach)}");
        Console.WriteLine($"  RssAnon   {Growth(result.Before.Anonymous, result.After.Anonymous, result.AnonymousBytesEach)}");
        Console.WriteLine(
            $"  handshake {result.HandshakeMicroseconds:0.0} us server CPU each, {count / result.Opening.Window.TotalSeconds:N0}/s");
        Console.WriteLine(
            $"  CPU       {result.Idling.ServerMicroseconds / 1_000:0.0} ms in {result.Idling.Window.TotalSeconds:0.0} idle seconds, "
            + $"{result.Idling.ServerShare:0.00%} of a CPU");
    }

    private static string Growth(long before, long after, double bytesEach) =>
        $"{before:N0} kB before, {after:N0} kB after: {bytesEach:N0} bytes per connection";
}
