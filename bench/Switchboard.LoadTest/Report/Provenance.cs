using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>When, where and how: figures without it are worth nothing a month later.</summary>
internal static class Provenance
{
    public static string Of(SuiteResult result)
    {
        var machine = result.Machine;
        var quick = result.Plan.Kind != "quick" ? "" : "\n\n**A quick run: short and few rounds, fewer rows. A first impression, no more.**";
        return $"""
            | | |
            |---|---|
            | measured | {result.Measured:yyyy-MM-dd HH:mm} UTC, commit {machine.Commit ?? "unknown"} |
            | command | `{result.CommandLine}`, {result.Plan.Rounds} rounds |
            | machine | {machine.Cpu}, {machine.Cpus} CPUs; servers on CPU {result.ServerCpu}, generator on CPU {result.GeneratorCpu} |
            | system | {machine.Kernel}, {machine.Runtime} |{quick}
            """;
    }
}
