using System.Globalization;
using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Interop;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Report;
using Switchboard.LoadTest.Servers;

namespace Switchboard.LoadTest.Suite;

/// <summary><c>suite</c>: every row, every server, and the report.</summary>
internal static class SuiteCommand
{
    // Descriptors that are no connections: the runtimes' own.
    private const int Spare = 500;

    public static void Execute(Arguments arguments)
    {
        var cpus = Environment.ProcessorCount;
        var isQuick = arguments.Has("--quick");
        var isSecure = arguments.Has("--tls");
        var only = arguments.Text("--only");
        var names = arguments.Text("--servers");
        var serverCpu = arguments.Number("--server-cpu", 0, 1023) ?? 0;
        var generatorCpu = arguments.Number("--cpu", 0, 1023) ?? 1;
        arguments.RefuseOthers();

        if (isQuick && isSecure)
        {
            throw new UsageException("--quick is not for --tls, which takes a few minutes.");
        }

        if (!File.Exists("Switchboard.slnx"))
        {
            throw new UsageException("suite runs in the repository's root, where its servers are; ./bench/run goes there.");
        }

        var most = (int)(OpenFiles.RaiseLimit() - Spare);
        var plan = (isSecure ? Plan.Secure(most) : isQuick ? Plan.Quick(most) : Plan.Full(most)).Only(only);
        var servers = ServerTable.Named(names, isSecure ? ServerTable.Secure : ServerTable.All);
        var missing = Prepare(servers);
        var command = Describe(plan, only, names);
        var machine = Machine.Describe(cpus);
        var result = new SuiteResult(DateTimeOffset.UtcNow, plan, command, machine, serverCpu, generatorCpu, servers, missing);

        Affinity.Pin(generatorCpu);
        var outputs = Outputs.For(result, isPart: only is not null || names is not null);
        Measure(result, outputs);
        MarkdownReport.Write(result, outputs);
        Console.WriteLine($"Written: {outputs.Document} with its charts, and {outputs.Json}");
        if (isQuick && outputs.IsDocumentation)
        {
            Console.WriteLine("The documentation now shows a quick run; `git checkout docs` brings back what it showed.");
        }
    }

    private static Dictionary<string, string> Prepare(IReadOnlyList<KnownServer> servers)
    {
        var missing = new Dictionary<string, string>();
        foreach (var server in servers)
        {
            Console.Error.WriteLine($"preparing {server.Name}");
            if (Preparation.ProblemWith(server) is { } problem)
            {
                Console.Error.WriteLine($"!!! {server.Name} IS MISSING from this run: {problem}");
                missing[server.Name] = problem;
            }
        }

        return missing;
    }

    private static void Measure(SuiteResult result, Outputs outputs)
    {
        KnownServer[] present = [.. result.Present];
        var rows = result.Plan.Rows;
        for (var number = 0; number < rows.Count; number++)
        {
            Console.Error.WriteLine($"[{number + 1} of {rows.Count}] {rows[number].Name}");
            using var runner = new RowRunner(rows[number], result.Plan.Rounds, result.ServerCpu);
            result.Rows.Add(runner.Run(present));
            JsonReport.Write(result, outputs.Json); // after each row: a run cut short leaves what it had
        }
    }

    private static string Describe(Plan plan, string? only, string? names) => string.Create(
        CultureInfo.InvariantCulture,
        $"./bench/run{(plan.Kind == "full" ? "" : $" --{plan.Kind}")}{(only is null ? "" : $" --only {only}")}{(names is null ? "" : $" --servers {names}")}");
}
