namespace Switchboard.Client.Reconnecting;

/// <summary>Exponential backoff with full jitter: the n-th delay is random, from zero to first · 2^(n-1), and at most the cap.</summary>
/// <param name="first">What it grows from.</param>
/// <param name="cap">The most.</param>
/// <param name="random">Gives a number from 0 to below 1.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan cap, Func<double> random)
{
    /// <summary>How many delays there were since the last reset.</summary>
    internal int Attempts { get; private set; }

    internal TimeSpan Next()
    {
        // Grown no further than the cap: 2^62 is where a shift ends.
        var grown = Math.Min(first.Ticks * Math.Pow(2, Math.Min(Attempts, 62)), cap.Ticks);
        Attempts++;
        return TimeSpan.FromTicks((long)(random() * grown));
    }

    internal void Reset() => Attempts = 0;
}
