using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Modes;

/// <summary>A comparison as a file to keep: dated, with the machine, the commit and every round.</summary>
internal static class ComparisonJson
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for people to read, not for a browser to embed
    };

    public static void Write(string file, Comparison comparison, Machine machine)
    {
        var load = comparison.Load;
        var document = new
        {
            Measured = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            Machine = machine,
            Command = Environment.GetCommandLineArgs().Skip(1),
            Load = new
            {
                Mode = "echo",
                comparison.Path,
                load.Connections,
                load.Size,
                load.Depth,
                Opcode = load.IsText ? "text" : "binary",
                WarmupSeconds = load.Warmup.TotalSeconds,
                WindowSeconds = load.Window.TotalSeconds,
                comparison.ServerCpu,
                comparison.GeneratorCpu,
            },
            Baseline = comparison.Baseline.Command.Name,
            Servers = comparison.Contenders.Select(contender => Server(contender, comparison.Baseline)),
        };
        File.WriteAllText(file, JsonSerializer.Serialize(document, Layout) + "\n");
    }

    private static object Server(Contender contender, Contender baseline) => new
    {
        contender.Command.Name,
        contender.Command.CommandLine,
        ServerMicrosecondsPerMessage = contender.ServerMicroseconds,
        RatioToBaseline = contender.RatioTo(baseline),
        Rounds = contender.Rounds.Select(Round),
    };

    private static object Round(LoadResult round) => new
    {
        round.Messages,
        round.MessagesPerSecond,
        round.ServerMicrosecondsPerMessage,
        P50Milliseconds = round.Latency.P50.TotalMilliseconds,
        P99Milliseconds = round.Latency.P99.TotalMilliseconds,
        P999Milliseconds = round.Latency.P999.TotalMilliseconds,
        round.Cpu.ServerShare,
        round.Cpu.GeneratorShare,
        round.Cpu.GeneratorWaitShare,
        round.Cpu.IsGeneratorBound,
    };
}
