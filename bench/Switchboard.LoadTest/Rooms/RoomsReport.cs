using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Report;

namespace Switchboard.LoadTest.Rooms;

/// <summary>The table as people read it: medians over the rounds.</summary>
internal static class RoomsReport
{
    private const double Tolerable = 0.05;

    public static string Of(RoomsSuiteResult result) => string.Join("\n\n", Parts(result));

    private static IEnumerable<string> Parts(RoomsSuiteResult result)
    {
        yield return Provenance(result);
        yield return $"### As fast as messages are received\n\n{Paced(result, pace => pace.IsMax)}";
        yield return $"### At a steady pace\n\n{Paced(result, pace => !pace.IsMax)}";
        yield return $"### Memory\n\n{Memory(result)}";
        if (string.Join("\n", Doubts(result)) is { Length: > 0 } doubts)
        {
            yield return $"### What to doubt\n\n{doubts}";
        }
    }

    private static string Provenance(RoomsSuiteResult result)
    {
        var stored = string.Join(", ", result.Results.Values.Select(runs => runs[0].FileSystem).Distinct());
        return $"""
            | | |
            |---|---|
            | measured | {result.Measured:yyyy-MM-dd HH:mm} UTC, commit {result.Machine.Commit ?? "unknown"} |
            | command | `{result.CommandLine}`, {result.Rounds} rounds |
            | machine | {result.Machine.Cpu}, {result.Machine.Cpus} CPUs; server on CPU {result.Place.ServerCpu}, clients on CPU {string.Join(", ", result.Place.ClientCpus)} |
            | system | {result.Machine.Kernel}, {result.Machine.Runtime}; data on {stored} |
            """;
    }

    private static string Paced(RoomsSuiteResult result, Func<Pace, bool> isMeant) => Text.Table(
        ["", "published/s", "deliveries/s", "server CPU us/delivery", "to the last member, p50 / p99 ms", "acks/s", "ack, p50 / p99 ms"],
        from row in result.Rows
        let runs = result.Results.GetValueOrDefault(row.Name, [])
        from pace in row.Load.Paces.Index()
        where isMeant(pace.Item)
        select Cells(row, [.. runs.Select(run => run.Paces[pace.Index])]));

    private static IEnumerable<string> Cells(RoomsRow row, PaceResult[] paces)
    {
        var title = row.Load.ToString();
        if (paces.Length == 0)
        {
            return [title, "failed", .. Enumerable.Repeat(Text.Nothing, 5)];
        }

        var mark = IsClientBound(paces) ? " *" : "";
        return
        [
            title,
            Median(paces, pace => pace.PublishedPerSecond) + mark,
            Median(paces, pace => pace.DeliveriesPerSecond) + mark,
            Median(paces, pace => pace.ServerMicrosecondsPerDelivery),
            $"{Median(paces, pace => pace.ToLastMember.P50.TotalMilliseconds)} / {Median(paces, pace => pace.ToLastMember.P99.TotalMilliseconds)}{mark}",
            row.Load.HasAcks ? Median(paces, pace => pace.AcksPerSecond) + mark : Text.Nothing,
            row.Load.HasAcks
                ? $"{Median(paces, pace => pace.ToAck!.Value.P50.TotalMilliseconds)} / {Median(paces, pace => pace.ToAck!.Value.P99.TotalMilliseconds)}{mark}"
                : Text.Nothing,
        ];
    }

    private static string Memory(RoomsSuiteResult result) => Text.Table(
        ["", "bytes per member", "server without members, MB", "at most, MB"],
        from row in result.Rows
        let runs = result.Results.GetValueOrDefault(row.Name, [])
        where runs.Count > 0
        select new[]
        {
            row.Load.ToString(),
            Median(runs, run => run.BytesPerMember),
            Median(runs, run => run.Before.Resident / 1024.0),
            Median(runs, run => run.Peak),
        });

    private static IEnumerable<string> Doubts(RoomsSuiteResult result)
    {
        foreach (var (row, reason) in result.Failures)
        {
            yield return $"- {row}: **failed**: {reason.ReplaceLineEndings(" ")}";
        }

        foreach (var row in result.Rows)
        {
            var runs = result.Results.GetValueOrDefault(row.Name, []);
            if (row.Load.IsDurable && runs.Any(run => run.FileSystem == "tmpfs"))
            {
                yield return $"- {row.Name}: stored in memory (tmpfs): nothing was waited for that a disk does.";
            }

            foreach (var (index, pace) in row.Load.Paces.Index())
            {
                PaceResult[] paces = [.. runs.Select(run => run.Paces[index])];
                foreach (var doubt in Doubts(paces))
                {
                    yield return $"- {row.Name}, rate {pace}: {doubt}";
                }
            }
        }
    }

    private static IEnumerable<string> Doubts(PaceResult[] paces)
    {
        if (paces.Length == 0)
        {
            yield break;
        }

        if (IsClientBound(paces))
        {
            yield return "\\* the clients were the bottleneck; rates and times are theirs.";
        }

        if (paces.Any(pace => !pace.IsKept))
        {
            yield return "less was published than was asked for.";
        }

        var (server, clients) = (Spread.Of(paces.Select(pace => pace.Use.ServerCpuTaken)), Spread.Of(paces.Select(pace => pace.Use.ClientCpuTaken)));
        if (server.Median > Tolerable || clients.Median > Tolerable)
        {
            yield return $"something else had {server.Median:0%} of the server's CPU, and {clients.Median:0%} of the clients'.";
        }
    }

    private static bool IsClientBound(PaceResult[] paces) => paces.Count(pace => pace.Use.IsClientBound) * 2 > paces.Length;

    private static string Median<T>(IEnumerable<T> runs, Func<T, double> figure) => Text.Number(Spread.Of(runs.Select(figure)).Median);
}
