using Switchboard.Conformance.Driving;

namespace Switchboard.Conformance;

/// <summary>How the cases went, in the suite's order.</summary>
public sealed class ConformanceReport
{
    internal ConformanceReport(IReadOnlyList<ConformanceResult> results) => Results = results;

    /// <summary>One for each case that was played.</summary>
    public IReadOnlyList<ConformanceResult> Results { get; }

    /// <summary>Whether the peer has broken a rule: what it does not offer, or limits, is none.</summary>
    public bool HasFailures => Results.Any(result => result.Verdict == Outcome.Failed);
}
