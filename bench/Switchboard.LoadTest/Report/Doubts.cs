using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Whatever makes figures of this run less than they seem.</summary>
internal static class Doubts
{
    private const double Tolerable = 0.05;

    public static string Of(SuiteResult result) => string.Join("\n", All(result).Select(doubt => $"- {doubt}"));

    private static IEnumerable<string> All(SuiteResult result) =>
        [.. result.Missing.Select(server => $"**{server.Key} is missing**: {server.Value}."), .. result.Rows.SelectMany(Of)];

    private static IEnumerable<string> Of(RowResult row)
    {
        var name = row.Row.Name;
        foreach (var (server, reason) in row.Failures)
        {
            yield return $"{name}: **{server} failed**: {reason.ReplaceLineEndings(" ")}";
        }

        if (List(row.Restless) is { } restless)
        {
            yield return $"{name}: of the servers' CPU, while others were measured, these took up to {restless}.";
        }

        if (List(Medians(row, sample => sample.TakenByOthers)) is { } taken)
        {
            yield return $"{name}: something else had the servers' CPU for a share of the time: {taken}.";
        }

        if (List(Medians(row, sample => sample.Cpu.GeneratorWaitShare)) is { } waited)
        {
            yield return $"{name}: something else had the generator's CPU for a share of the time: {waited}.";
        }

        string[] bound = [.. row.Samples.Keys.Where(row.IsGeneratorBound)];
        if (bound.Length > 0)
        {
            yield return $"{name}: \\* the generator was the bottleneck with {string.Join(", ", bound)}; "
                + "rates and times are the generator's own.";
        }
    }

    private static IEnumerable<KeyValuePair<string, double>> Medians(RowResult row, Func<Sample, double> share) =>
        row.Samples
            .Select(server => KeyValuePair.Create(server.Key, Spread.Of(server.Value.Select(share)).Median))
            .Where(server => server.Value > Tolerable);

    private static string? List(IEnumerable<KeyValuePair<string, double>> shares)
    {
        var list = string.Join(", ", shares.Select(share => $"{share.Value:0%} ({share.Key})"));
        return list.Length > 0 ? list : null;
    }
}
