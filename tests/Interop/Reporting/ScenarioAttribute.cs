using System.Reflection;
using Switchboard.Interop.Parties;
using Xunit.Sdk;
using Xunit.v3;

namespace Switchboard.Interop.Reporting;

/// <summary>A row of the table, run with everyone who has the abilities for it.</summary>
/// <param name="title">What the table calls it.</param>
/// <param name="needs">What it asks of the other end.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScenarioAttribute(string title, Abilities needs = Abilities.None) : DataAttribute
{
    public string Title => title;

    public Abilities Needs => needs;

    internal IEnumerable<Party> Parties => Enum.GetValues<Party>().Where(party => PartyDescription.Of(party).Can(needs));

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Parties.Select(party => new TheoryDataRow<Party>(party))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
