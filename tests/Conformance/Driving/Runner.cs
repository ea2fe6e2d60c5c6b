using Conformance.Cases;
using Conformance.Conversations;
using Conformance.Wire;

namespace Conformance.Driving;

/// <summary>Plays cases, several at a time; those with large messages one by one.</summary>
internal static class Runner
{
    private const int Degree = 12;

    /// <param name="cases">In any order.</param>
    /// <param name="peer">What is tested.</param>
    /// <param name="report">Gets each outcome as it is known, from any thread.</param>
    internal static async Task RunAsync(IReadOnlyList<Case> cases, IPeer peer, Action<Case, Outcome> report)
    {
        var light = Parallel.ForEachAsync(
            cases.Where(@case => !@case.IsHeavy),
            new ParallelOptions { MaxDegreeOfParallelism = Degree },
            async (@case, _) => report(@case, await PlayAsync(@case, peer)));
        foreach (var heavy in cases.Where(@case => @case.IsHeavy))
        {
            report(heavy, await PlayAsync(heavy, peer));
        }

        await light;
    }

    private static async Task<Outcome> PlayAsync(Case @case, IPeer peer)
    {
        try
        {
            await @case.Play(peer);
            return new Outcome(Verdict.Ok);
        }
        catch (CaseFailedException e)
        {
            return new Outcome(Verdict.Failed, e.Message);
        }
        catch (NotOfferedException e)
        {
            return new Outcome(Verdict.NotOffered, e.Message);
        }
        catch (TooLargeException e)
        {
            return new Outcome(Verdict.Limit, e.Message);
        }
        catch (Exception e)
        {
            // A fault of the suite or of the machine must not be taken for anything else.
            return new Outcome(Verdict.Failed, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
