using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Switchboard.Wpt.Support;

/// <summary>Which file of the suite a test is the port of, and in which variants it is run.</summary>
/// <param name="file">Its path below <c>websockets/</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WebPlatformTestAttribute(string file) : DataAttribute
{
    private static readonly string[] Schemes = ["ws", "wss"];

    public string File => file;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. from scheme in Schemes from hasPage in new[] { true, false } select new TheoryDataRow<Variant>(new Variant(scheme, hasPage))]);

    public override bool SupportsDiscoveryEnumeration() => false;
}
