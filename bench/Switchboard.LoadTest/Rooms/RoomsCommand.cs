using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Modes;

namespace Switchboard.LoadTest.Rooms;

/// <summary><c>rooms</c>: one load of the rooms server, or with <c>--all</c> the whole table.</summary>
internal static class RoomsCommand
{
    public static void Execute(Arguments arguments)
    {
        if (arguments.Has("--all"))
        {
            RoomsSuite.Execute(arguments);
            return;
        }

        var load = RoomsLoad.Parse(arguments);
        var place = RoomsPlace.Parse(arguments);
        arguments.RefuseOthers();
        Console.WriteLine($"rooms: {load}, {load.Clients} clients, {load.Publishers:N0} publishers");
        Print(RoomsRun.Measure(load, place));
    }

    private static void Print(RoomsResult result)
    {
        Console.WriteLine(
            $"  memory       {result.Before.Resident:N0} kB before, {result.After.Resident:N0} kB with all members: "
            + $"{result.BytesPerMember:N0} B per member; {result.Peak:N0} MB at most");
        foreach (var pace in result.Paces)
        {
            Console.WriteLine($"rate {pace.Pace}{(pace.Pace.IsMax ? $", bursts of {result.Load.Depth}" : "")}");
            Console.WriteLine($"  published    {pace.PublishedPerSecond:N0}/s{(pace.IsKept ? "" : ": less than was asked for")}");
            Console.WriteLine($"  deliveries   {pace.DeliveriesPerSecond:N0}/s");
            Console.WriteLine($"  server CPU   {pace.ServerMicrosecondsPerDelivery:0.000} us/delivery, {pace.Use.ServerShare:0%} of a CPU");
            Console.WriteLine(
                $"  last member  p50 {LoadPrinter.Milliseconds(pace.ToLastMember.P50)}, p99 {LoadPrinter.Milliseconds(pace.ToLastMember.P99)}");
            if (pace.ToAck is { } ack)
            {
                Console.WriteLine(
                    $"  acks         {pace.AcksPerSecond:N0}/s, p50 {LoadPrinter.Milliseconds(ack.P50)}, p99 {LoadPrinter.Milliseconds(ack.P99)}");
            }

            Console.WriteLine(
                $"  clients      {pace.Use.ClientShare:0%} of their CPU{(pace.Use.ClientCpus > 1 ? "s" : "")}; others had {pace.Use.ClientCpuTaken:0%} of it, "
                + $"and {pace.Use.ServerCpuTaken:0%} of the server's");
            if (pace.Use.IsClientBound)
            {
                Console.WriteLine("  The clients were the bottleneck: rates and times are theirs, not the server's.");
            }
        }

        if (result.Load.IsDurable)
        {
            Console.WriteLine($"  stored on    {result.FileSystem}");
        }
    }
}
