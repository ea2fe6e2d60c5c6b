using System.Globalization;
using Switchboard.Conformance.Cases;
using Switchboard.Conformance.Driving;

namespace Switchboard.Conformance.Report;

/// <summary>Prints cases in order, each as soon as it and all before it are known, and then what they come to.</summary>
internal sealed class Table(IReadOnlyList<Case> cases, TextWriter output)
{
    private readonly Dictionary<Case, Outcome> _outcomes = [];
    private int _printed;

    internal void Add(Case @case, Outcome outcome)
    {
        lock (_outcomes)
        {
            _outcomes[@case] = outcome;
            for (; _printed < cases.Count && _outcomes.TryGetValue(cases[_printed], out var next); _printed++)
            {
                Print(cases[_printed], next);
            }
        }
    }

    internal void PrintSummary()
    {
        output.WriteLine();
        output.WriteLine($"{"group",-36}{"OK",8}{"failed",8}{"not offered",14}{"limit",8}");
        foreach (var group in cases.GroupBy(@case => @case.Group))
        {
            Print(string.Create(CultureInfo.InvariantCulture, $"{group.Key} {Suite.Groups[group.Key]}"), group);
        }

        Print("all", cases);
    }

    /// <summary>All of it, when all of it is known.</summary>
    internal ConformanceReport ToReport() => new(
        [.. cases.Select(@case => new ConformanceResult(@case.Id, @case.Sentence, @case.Section, _outcomes[@case].Name, _outcomes[@case].Seen))]);

    // What was seen may quote the peer, who is not to write to a terminal as it likes.
    private static string Harmless(string seen) => string.Concat(seen.Select(c => char.IsControl(c) ? '\uFFFD' : c));

    private void Print(Case @case, Outcome outcome)
    {
        output.WriteLine($"{@case.Id,-9}{outcome.Name,-13}{@case.Section,-18}{@case.Sentence}");
        if (outcome.Seen.Length > 0)
        {
            output.WriteLine($"{"",-9}  saw: {Harmless(outcome.Seen)}");
        }
    }

    private void Print(string name, IEnumerable<Case> group)
    {
        var counts = group.CountBy(@case => _outcomes[@case].Verdict).ToDictionary();
        int Count(Verdict verdict) => counts.GetValueOrDefault(verdict);
        output.WriteLine($"{name,-36}{Count(Verdict.Ok),8}{Count(Verdict.Failed),8}{Count(Verdict.NotOffered),14}{Count(Verdict.Limit),8}");
    }
}
