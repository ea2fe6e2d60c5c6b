using Conformance.Baseline;
using Conformance.Driving;
using Switchboard.Conformance.Cases;

namespace Conformance.Tests;

/// <summary>The baseline is of exactly these cases, and has nothing to be ashamed of.</summary>
public sealed class BaselineTests
{
    private static readonly BaselineFile Committed = BaselineFile.Read();

    public static TheoryData<string> Subjects => [.. Subject.All.Select(subject => subject.Name)];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Has_every_case_and_no_other(string subject)
    {
        Assert.Equal(Named(subject).Cases.Select(@case => @case.Id), Committed.Of(subject).Keys);
    }

    [Fact]
    public void Has_every_subject_and_no_other() => Assert.Equal(Subject.All.Select(subject => subject.Name), Committed.Subjects);

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Is_OK_everywhere(string subject)
    {
        Assert.All(Committed.Of(subject), entry => Assert.Equal("OK", entry.Value));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Each_role_has_500_cases(string subject) => Assert.InRange(Named(subject).Cases.Count, 500, int.MaxValue);

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Each_case_has_an_id_and_a_sentence_of_its_own_and_names_its_source(string subject)
    {
        var cases = Named(subject).Cases;
        Assert.Distinct(cases.Select(@case => @case.Id));
        Assert.Distinct(cases.Select(@case => @case.Sentence));
        Assert.All(cases, @case => Assert.Matches(@"^(RFC \d+ )?§\d+(\.\d+)*$", @case.Section));
        Assert.All(cases, @case => Assert.Contains(@case.Group, Suite.Groups));
    }

    private static Subject Named(string name) => Subject.All.Single(subject => subject.Name == name);
}
