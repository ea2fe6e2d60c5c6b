using Switchboard.Conformance.Cases;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Driving;

/// <summary>Plays cases, several at a time; those with large messages one by one.</summary>
/// <param name="peer">What is tested.</param>
/// <param name="report">Gets each outcome as it is known, from any thread.</param>
/// <param name="maxSilences">After how many cases without an answer the others fail unplayed: each costs all of our patience.</param>
internal sealed class Runner(IPeer peer, Action<Case, Outcome> report, int maxSilences = int.MaxValue)
{
    /// <summary>For our own peers, which are silent in no case.</summary>
    internal const int FewSilences = 24;

    private const int Degree = 12;

    private int _silences;

    internal async Task RunAsync(IReadOnlyList<Case> cases)
    {
        var light = Parallel.ForEachAsync(
            cases.Where(@case => !@case.IsHeavy),
            new ParallelOptions { MaxDegreeOfParallelism = Degree },
            async (@case, _) => report(@case, await PlayAsync(@case)));
        foreach (var heavy in cases.Where(@case => @case.IsHeavy))
        {
            report(heavy, await PlayAsync(heavy));
        }

        await light;
    }

    private async Task<Outcome> PlayAsync(Case @case)
    {
        if (Volatile.Read(ref _silences) >= maxSilences)
        {
            return new Outcome(Verdict.Failed, "not played: too many cases got no answer");
        }

        try
        {
            await @case.Play(peer);
            return new Outcome(Verdict.Ok);
        }
        catch (CaseFailedException e)
        {
            if (e.IsSilence)
            {
                Interlocked.Increment(ref _silences);
            }

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
