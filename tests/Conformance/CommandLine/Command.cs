using System.Collections.Concurrent;
using Conformance.Baseline;
using Conformance.Cases;
using Conformance.Conversations;
using Conformance.Driving;
using Conformance.Report;
using Conformance.Wire;
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
        catch (UsageException e)
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
            return await TestServerAsync(url, arguments.Only);
        }

        return arguments.Client is { } client ? await TestClientAsync(client, arguments.Only) : await TestOursAsync(arguments.Only);
    }

    private static async Task<int> TestServerAsync(Uri url, string? only)
    {
        var peer = new ServerPeer(new PeerTraits(IsOurs: false, MaxMessageBytes: null), _ => url);
        try
        {
            using var conversation = await peer.OpenAsync(Opening.Default);
        }
        catch (CaseFailedException e)
        {
            throw new UsageException($"There is no WebSocket server at {url}: {e.Message}.");
        }

        return await TestAsync(peer, OfOthers(Role.Server), only);
    }

    private static async Task<int> TestClientAsync(string command, string? only)
    {
        ChildProcess process;
        try
        {
            process = ChildProcess.StartCommand(command);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or ArgumentException)
        {
            throw new UsageException($"The command '{command}' does not start: {e.Message}.");
        }

        await using (process)
        {
            process.IgnoreOutput();
            return await TestAsync(new ClientPeer(new PeerTraits(IsOurs: false, MaxMessageBytes: null), process), OfOthers(Role.Client), only);
        }
    }

    private static async Task<int> TestOursAsync(string? only)
    {
        var exitCode = AllIsWell;
        if (!Subject.All.Any(subject => Select(subject.Cases, only).Count > 0))
        {
            throw NoSuchCase(only);
        }

        foreach (var subject in Subject.All.Where(subject => Select(subject.Cases, only).Count > 0))
        {
            Console.WriteLine($"== {subject.Name}");
            var (peer, process) = await subject.StartAsync();
            await using (process)
            {
                exitCode = Math.Max(exitCode, await TestAsync(peer, subject.Cases, only));
            }
        }

        return exitCode;
    }

    private static async Task<int> TestAsync(IPeer peer, IReadOnlyList<Case> cases, string? only)
    {
        cases = Select(cases, only);
        if (cases.Count == 0)
        {
            throw NoSuchCase(only);
        }

        var table = new Table(cases, Console.Out);
        await new Runner(peer, table.Add).RunAsync(cases);
        table.PrintSummary();
        return table.HasFailures ? HasFailed : AllIsWell;
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

    private static IReadOnlyList<Case> Select(IReadOnlyList<Case> cases, string? only) =>
        only is null ? cases : [.. cases.Where(@case => @case.Id == only || @case.Id.StartsWith(only.TrimEnd('.') + '.', StringComparison.Ordinal))];

    private static UsageException NoSuchCase(string? only) => new($"No case's id begins with '{only}'.");

    private static IReadOnlyList<Case> OfOthers(Role role) => [.. Suite.For(role).Where(@case => !@case.IsForOurs)];
}
