using System.Globalization;
using Switchboard.Conformance.Driving;

namespace Switchboard.Conformance.Cases;

/// <summary>One thing that a peer must do.</summary>
/// <param name="Id">Group, section and number.</param>
/// <param name="Sentence">What happens, and what must.</param>
/// <param name="Section">Where it is written.</param>
/// <param name="Play">Drives the peer, and throws what it does wrong.</param>
internal sealed record Case(string Id, string Sentence, string Section, Func<IPeer, Task> Play)
{
    /// <summary>Whether it sends so much that no other such case may run beside it.</summary>
    internal bool IsHeavy { get; init; }

    /// <summary>Whether it needs a peer that can be told what to do.</summary>
    internal bool IsForOurs { get; init; }

    internal int Group { get; } = int.Parse(Id[..Id.IndexOf('.', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
}
