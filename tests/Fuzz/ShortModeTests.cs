using System.Globalization;

namespace Switchboard.Fuzz.Tests;

/// <summary>
/// Fuzzing without instrumentation: 60 seconds over all targets, or as many as the environment variable SWITCHBOARD_FUZZ_SECONDS says. Each run has a
/// seed of its own, so each run looks elsewhere: what it finds is a fault of the core, and the input is in the file that the failure names.
/// </summary>
public sealed class ShortModeTests(ITestOutputHelper output)
{
    private static readonly double Seconds =
        Environment.GetEnvironmentVariable("SWITCHBOARD_FUZZ_SECONDS") is { } seconds ? double.Parse(seconds, CultureInfo.InvariantCulture) : 60;

    public static TheoryData<string> Targets => [.. TargetList.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Nothing_is_found_in(string name)
    {
        var target = TargetList.Find(name)!;
        var corpus = CorpusFolder.FilesOf(target).Select(File.ReadAllBytes).ToList();
        var seed = Random.Shared.Next();

        var (executions, finding) = Campaign.Run(target, corpus, seed, TimeSpan.FromSeconds(Seconds / TargetList.All.Count));

        var figures = $"{name}: {executions} executions, seed {seed}";
        output.WriteLine(figures);
        Console.WriteLine(figures);
        Assert.True(finding is null, finding is null ? null : $"{figures}\nThe input is in {finding.Write(name)}\n{finding.Cause}");
    }
}
