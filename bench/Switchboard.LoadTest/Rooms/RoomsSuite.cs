using System.Globalization;
using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Interop;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Report;

namespace Switchboard.LoadTest.Rooms;

/// <summary><c>rooms --all</c>: every row, rounds in turn, and the report.</summary>
internal static class RoomsSuite
{
    // Descriptors that are no connections.
    private const int Spare = 500;

    public static void Execute(Arguments arguments)
    {
        var place = RoomsPlace.Parse(arguments);
        var rounds = arguments.Number("--rounds", 1, 100) ?? 3;
        var only = arguments.Text("--only");
        var rows = RoomsPlan
            .Rows(arguments.Seconds("--warmup", 3), arguments.Seconds("--seconds", 5), (int)OpenFiles.RaiseLimit() - Spare)
            .Only(only);
        arguments.RefuseOthers();
        if (!File.Exists("Switchboard.slnx"))
        {
            throw new UsageException("rooms --all runs in the repository's root, where the server is; ./bench/run --rooms goes there.");
        }

        var command = string.Create(CultureInfo.InvariantCulture, $"./bench/run --rooms{(only is null ? "" : $" --only {only}")}");
        var result = new RoomsSuiteResult(
            DateTimeOffset.UtcNow, command, Machine.Describe(Environment.ProcessorCount), place, rounds, rows);
        var outputs = Outputs.For(result.Measured, "rooms", isPart: only is not null);
        for (var round = 1; round <= rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {rounds}");
            foreach (var row in rows)
            {
                Measure(result, row);
                RoomsJson.Write(result, outputs.Json); // after each row: a run cut short leaves what it had
            }
        }

        var report = RoomsReport.Of(result);
        Console.WriteLine(report);
        GeneratedSection.Write(outputs, "./bench/run --rooms", report);
        Console.WriteLine($"\nWritten: {outputs.Document} and {outputs.Json}");
    }

    private static void Measure(RoomsSuiteResult result, RoomsRow row)
    {
        if (result.Failures.ContainsKey(row.Name))
        {
            return;
        }

        try
        {
            var run = RoomsRun.Measure(row.Load, result.Place);
            if (!result.Results.TryGetValue(row.Name, out var runs))
            {
                result.Results[row.Name] = runs = [];
            }

            runs.Add(run);
            var cost = run.Paces.Count > 0 ? $"{run.Paces[0].ServerMicrosecondsPerDelivery:0.000} us/delivery, " : "";
            Console.Error.WriteLine($"  {row.Name}: {cost}{run.BytesPerMember:N0} B/member");
        }
        catch (RunFailedException failure)
        {
            Console.Error.WriteLine($"!!! {row.Name} is out: {failure.Message}");
            result.Results.Remove(row.Name);
            result.Failures[row.Name] = failure.Message;
        }
    }
}
