using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Servers;

namespace Switchboard.LoadTest.Modes;

/// <summary><c>compare</c>: several servers, the same load, rounds in turn.</summary>
internal static class Compare
{
    public static void Execute(Arguments arguments)
    {
        var cpus = Environment.ProcessorCount;
        var load = Load.Parse(arguments);
        var raw = arguments.All("--raw");
        var secure = arguments.All("--tls");
        ServerCommand[] commands = [.. arguments.All("--servers").Select(ServerCommand.Parse).Select(
            command => command with { IsRaw = raw.Contains(command.Name), IsSecure = secure.Contains(command.Name) })];
        var comparison = new Comparison(
            load,
            arguments.Text("--path") ?? "/echo",
            arguments.Number("--rounds", 1, 1000) ?? 5,
            ServerCpu: arguments.Number("--server-cpu", 0, 1023) ?? 0,
            GeneratorCpu: arguments.Number("--cpu", 0, 1023) ?? 1,
            [.. commands.Select(command => new Contender(command))]);
        var json = arguments.Text("--json");
        arguments.RefuseOthers();

        if (commands.Length == 0 || commands.DistinctBy(command => command.Name).Count() < commands.Length)
        {
            throw new UsageException("--servers needs at least one server, and each its own name.");
        }

        if (json is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(json))))
        {
            throw new UsageException($"There is no folder for {json}.");
        }

        Affinity.Pin(comparison.GeneratorCpu);
        Measure(comparison);
        ComparisonTable.Print(comparison);
        if (json is not null)
        {
            ComparisonJson.Write(json, comparison, Machine.Describe(cpus));
        }
    }

    private static void Measure(Comparison comparison)
    {
        var servers = new List<ServerProcess>();
        try
        {
            foreach (var contender in comparison.Contenders)
            {
                servers.Add(ServerProcess.Start(contender.Command, comparison.Path, comparison.ServerCpu));
            }

            // Not counted: a first taste for every server, in which just-in-time compilers do their work.
            foreach (var server in servers)
            {
                Run(server, comparison.Load);
            }

            for (var round = 1; round <= comparison.Rounds; round++)
            {
                foreach (var (server, contender) in servers.Zip(comparison.Contenders))
                {
                    contender.Rounds.Add(Run(server, comparison.Load));
                }

                Progress(round, comparison);
            }
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private static LoadResult Run(ServerProcess server, Load load)
    {
        try
        {
            using var run = EchoRun.Open(server.Url, load, server.Pid);
            return run.Run();
        }
        catch (RunFailedException failure)
        {
            throw new RunFailedException($"{server.Command.Name}: {failure.Message}{server.LastWords()}");
        }
    }

    private static void Progress(int round, Comparison comparison)
    {
        var figures = comparison.Contenders.Select(
            contender => $"{contender.Command.Name} {contender.Rounds[^1].ServerMicrosecondsPerMessage:0.000}");
        Console.Error.WriteLine($"round {round} of {comparison.Rounds}, us/message: {string.Join(", ", figures)}");
    }
}
