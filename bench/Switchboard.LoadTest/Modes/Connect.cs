using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary><c>connect</c>: one server that runs already.</summary>
internal static class Connect
{
    public static void Execute(Arguments arguments)
    {
        var url = LoopbackUrl.Parse(arguments.Required("--url"));
        var load = ConnectLoad.Parse(arguments);
        var pid = arguments.Number("--pid", 1, int.MaxValue) ?? throw new UsageException("--pid is needed.");
        var cpu = arguments.Number("--cpu", 0, 1023);
        arguments.RefuseOthers();

        Affinity.PinIfAsked(cpu);
        using var run = new ConnectRun(url, load, pid);
        Print(url, load, run.Run());
    }

    private static void Print(LoopbackUrl url, ConnectLoad load, ConnectResult result)
    {
        Console.WriteLine($"connect {url}, {load}");
        Console.WriteLine($"  handshakes   {result.HandshakesPerSecond:N0}/s of {result.RateWanted:N0}/s wanted");
        Console.WriteLine(
            $"  server CPU   {result.ServerMicrosecondsPerHandshake:0.0} us to open and close one, "
            + $"{result.StormCpu.ServerShare:0%} of a CPU");
        if (load.Quiet > 0)
        {
            Console.WriteLine($"  quiet p50    {Both(result.Calm.P50, result.Storm.P50)}");
            Console.WriteLine($"  quiet p99    {Both(result.Calm.P99, result.Storm.P99)}");
        }

        Console.WriteLine($"  generator    {result.StormCpu.GeneratorShare:0%} of a CPU");
        if (result.IsGeneratorBound)
        {
            Console.WriteLine("  The generator was the bottleneck: handshakes/s and times are its own, not the server's.");
        }
    }

    private static string Both(TimeSpan calm, TimeSpan storm) =>
        $"{LoadPrinter.Milliseconds(calm)} alone, {LoadPrinter.Milliseconds(storm)} in the storm";
}
