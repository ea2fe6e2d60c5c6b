using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>Each of the values for each end: (receiver or sender, value).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CombinatorialRolesAttribute(params int[] values) : DataAttribute
{
    public IReadOnlyList<int> Values => values;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. from role in new[] { "server", "client" } from value in values select new TheoryDataRow<string, int>(role, value)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
