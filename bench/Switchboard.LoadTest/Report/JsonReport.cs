using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.LoadTest.Servers;
using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>A run as a file to keep: dated, with the machine, the commit and every round.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for people to read, not for a browser to embed
    };

    public static void Write(SuiteResult result, string file)
    {
        var document = new
        {
            Measured = result.Measured.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            result.Plan.Kind,
            Command = result.CommandLine,
            result.Machine,
            result.ServerCpu,
            result.GeneratorCpu,
            result.Plan.Rounds,
            Servers = result.Servers.Select(server => new
            {
                server.Name,
                server.CommandLine,
                Missing = result.Missing.GetValueOrDefault(server.Name),
            }),
            Rows = result.Rows.Select(row => Row(result, row)),
        };
        File.WriteAllText(file, JsonSerializer.Serialize(document, Layout) + "\n");
    }

    private static object Row(SuiteResult result, RowResult row) => new
    {
        row.Row.Name,
        row.Row.Work,
        Ratios = row.Row.Lines.SelectMany(line => Verdict.Of(row, line)),
        Servers = result.Present.Where(server => row.Row.PathOn(server) is not null).Select(server => Server(row, server)),
    };

    private static object Server(RowResult row, KnownServer server)
    {
        var samples = row.Samples.GetValueOrDefault(server.Name, []);
        return new
        {
            server.Name,
            Failure = row.Failures.GetValueOrDefault(server.Name),
            Medians = samples.Count == 0 ? null : samples[0].Figures.Keys.ToDictionary(
                figure => figure.Key, figure => row.Median(server.Name, figure)!.Value.Median),
            Rounds = samples.Select(Round),
        };
    }

    private static Dictionary<string, object> Round(Sample sample)
    {
        var round = sample.Figures.ToDictionary(figure => figure.Key.Key, figure => (object)figure.Value);
        round["serverShare"] = sample.Cpu.ServerShare;
        round["generatorShare"] = sample.Cpu.GeneratorShare;
        round["generatorWaitShare"] = sample.Cpu.GeneratorWaitShare;
        round["serverCpuTakenByOthers"] = sample.TakenByOthers;
        round["isGeneratorBound"] = sample.IsGeneratorBound;
        return round;
    }
}
