using Conformance.Baseline;
using Conformance.Driving;
using Switchboard.Conformance.Driving;

namespace Conformance.Tests;

/// <summary>Each case is a test: it goes as the baseline says, or better.</summary>
public sealed class ConformanceTests(SuiteRun run)
{
    private static readonly BaselineFile Committed = BaselineFile.Read();

    public static IEnumerable<TheoryDataRow<string, string>> Cases => Subject.All.SelectMany(subject => subject.Cases.Select(
        @case => new TheoryDataRow<string, string>(subject.Name, @case.Id) { TestDisplayName = $"{@case.Id} {@case.Sentence} ({@case.Section})" }));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case(string subject, string id)
    {
        Assert.True(Committed.Of(subject).TryGetValue(id, out var expected), "The case is not in baseline.json: add it by --update-baseline.");

        var outcome = await run.OutcomeAsync(subject, id);

        Assert.True(outcome.Verdict == Verdict.Ok || outcome.Name == expected, $"{outcome.Name}: {outcome.Seen}");
    }
}
