using System.Globalization;
using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary><c>log</c>: durable messages through <c>SqliteMessageLog</c>, and the same transactions by SQLite alone, in turn.</summary>
internal static class Log
{
    public static void Execute(Arguments arguments)
    {
        var load = LogLoad.Parse(arguments);
        var rounds = arguments.Number("--rounds", 1, 100) ?? 3;
        var data = Path.GetFullPath(arguments.Text("--data") ?? Path.Combine("artifacts", "log"));
        arguments.RefuseOthers();

        Console.WriteLine($"log {load}, in {data}");
        var folder = Path.Combine(data, $"run-{Environment.ProcessId}");
        try
        {
            var measured = Enumerable.Range(1, rounds).Select(round => Round(load, Path.Combine(folder, $"{round}"))).ToList();
            Console.WriteLine(
                $"medians: {Number(measured.Select(round => round.Full.PerSecond))} messages/s, " +
                $"{Number(measured.Select(round => round.Raw))} by SQLite alone, ratio {Spread.Of(measured.Select(round => round.Ratio)).Median:0.00}; " +
                $"p99 {Milliseconds(measured.Select(round => round.Full.Latency.P99))} ms at full load, " +
                $"{Milliseconds(measured.Select(round => round.Paced.Latency.P99))} ms at {load.Rate:N0} messages/s");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LogRound Round(LogLoad load, string folder)
    {
        var full = LogRun.AtFullLoad(load, Path.Combine(folder, "full"));
        Print("full load", full);
        var raw = RawTransactions.Run(load, Math.Max(1, (int)full.PerCommit), Path.Combine(folder, "raw"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  SQLite alone  {raw,9:N0} messages/s; ours is {full.PerSecond / raw:0.00} of it"));
        var paced = LogRun.AtRate(load, Path.Combine(folder, "paced"));
        Print("fixed rate", paced);
        return new LogRound(full, raw, paced);
    }

    private static void Print(string name, LogResult result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name,-12}  {result.PerSecond,9:N0} messages/s, {result.PerCommit:0} to a commit; until the ack p50 {result.Latency.P50.TotalMilliseconds:0.0} ms, " +
        $"p99 {result.Latency.P99.TotalMilliseconds:0.0} ms, p99.9 {result.Latency.P999.TotalMilliseconds:0.0} ms; {result.CpuPerMessage.TotalMicroseconds:0.0} us of CPU for each"));

    private static string Number(IEnumerable<double> values) => Spread.Of(values).Median.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(IEnumerable<TimeSpan> values) =>
        Spread.Of(values.Select(value => value.TotalMilliseconds)).Median.ToString("0.0", CultureInfo.InvariantCulture);

    private sealed record LogRound(LogResult Full, double Raw, LogResult Paced)
    {
        public double Ratio => Full.PerSecond / Raw;
    }
}
