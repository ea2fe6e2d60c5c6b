using System.Collections.Concurrent;
using Conformance.Baseline;
using Conformance.Driving;
using Switchboard.Conformance.Cases;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Xunit.MicrosoftTestingPlatform;

namespace Conformance.CommandLine;

/// <summary>What the program is this time: the command, the test program, or a process that is tested.</summary>
internal static class Command
{
    private const int AllIsWell = 0;
    private const int HasFailed = 1;
    private const int NotUnderstood = 2;

    internal static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case [Subject.ServerVerb]:
                await EchoServer.RunAsync();
                return AllIsWell;
            case [Subject.ClientVerb]:
                await EchoClient.RunAsync();
                return AllIsWell;
        }

        if (!Arguments.AreOurs(args))
        {
            return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
        }

        try
        {
            return await RunAsync(Arguments.Read(args));
        }
        catch (Exception e) when (e is UsageException or ConformanceException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} See --help.");
            return NotUnderstood;
        }
    }

    private static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.AsksHelp)
        {
            Console.WriteLine(Arguments.Usage);
            return AllIsWell;
        }

        if (arguments.UpdatesBaseline)
        {
            return await UpdateBaselineAsync();
        }

        if (arguments.SeedFolder is { } folder)
        {
            return await WriteSeedsAsync(folder);
        }

        if (arguments.Url is { } url)
        {
            return ExitCodeOf(await ConformanceSuite.TestServerAsync(url, arguments.Only, Console.Out));
        }

        return arguments.Client is { } client
            ? ExitCodeOf(await ConformanceSuite.TestClientAsync(client, arguments.Only, Console.Out))
            : await TestOursAsync(arguments.Only);
    }

    private static async Task<int> TestOursAsync(string? only)
    {
        var exitCode = AllIsWell;
        var selected = ConformanceSuite.Select([.. Subject.All.SelectMany(subject => subject.Cases)], only).ToHashSet();
        foreach (var subject in Subject.All.Where(subject => subject.Cases.Any(selected.Contains)))
        {
            Console.WriteLine($"== {subject.Name}");
            var (peer, process) = await subject.StartAsync();
            await using (process)
            {
                var cases = subject.Cases.Where(selected.Contains).ToList();
                exitCode = Math.Max(exitCode, ExitCodeOf(await ConformanceSuite.TestAsync(peer, cases, Console.Out)));
            }
        }

        return exitCode;
    }

    private static async Task<int> UpdateBaselineAsync()
    {
        var verdicts = new Dictionary<string, Dictionary<string, string>>();
        var exitCode = AllIsWell;
        foreach (var subject in Subject.All)
        {
            var outcomes = new ConcurrentDictionary<Case, Outcome>();
            var (peer, process) = await subject.StartAsync();
            await using (process)
            {
                await new Runner(peer, (@case, outcome) => outcomes[@case] = outcome, Runner.FewSilences).RunAsync(subject.Cases);
            }

            verdicts[subject.Name] = subject.Cases.ToDictionary(@case => @case.Id, @case => outcomes[@case].Name);
            foreach (var @case in subject.Cases.Where(@case => outcomes[@case].Verdict != Verdict.Ok))
            {
                Console.WriteLine($"{subject.Name} {@case.Id} {outcomes[@case].Name}: {@case.Sentence} Saw: {outcomes[@case].Seen}");
                exitCode = HasFailed;
            }

            Console.WriteLine($"{subject.Name}: {subject.Cases.Count} cases");
        }

        BaselineFile.Write(verdicts);
        return exitCode;
    }

    private static async Task<int> WriteSeedsAsync(string folder)
    {
        foreach (var (subject, role) in Subject.All.Zip([Role.Server, Role.Client]))
        {
            var recordings = new ConcurrentDictionary<Case, Recording>();
            var recorded = subject.Cases
                .Select(@case => @case with
                {
                    Play = peer =>
                    {
                        recordings[@case] = Recording.Begin();
                        return @case.Play(peer);
                    },
                })
                .ToList();
            var (peer, process) = await subject.StartAsync();
            await using (process)
            {
                await new Runner(peer, static (_, _) => { }).RunAsync(recorded);
            }

            var written = SeedFolder.Write(folder, role, subject.Cases.Select(@case => (@case, recordings[@case])));
            Console.WriteLine($"{subject.Name}: {written} seeds of {subject.Cases.Count} cases");
        }

        return AllIsWell;
    }

    private static int ExitCodeOf(ConformanceReport report) => report.HasFailures ? HasFailed : AllIsWell;
}
