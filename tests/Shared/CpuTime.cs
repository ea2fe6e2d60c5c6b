namespace Switchboard.TestSupport;

/// <summary>
/// The processor time that work takes, on all threads of the process: whoever asks must be alone in it. Other processes may keep the machine busy,
/// for what they take does not count here.
/// </summary>
internal static class CpuTime
{
    // What the collector and the compiler take in the background, and more.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    /// <summary>The least of three times: what runs in the background only adds.</summary>
    internal static TimeSpan Of(Action work)
    {
        var least = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            work();
            var taken = Environment.CpuUsage.TotalTime - before;
            least = taken < least ? taken : least;
        }

        return least;
    }

    /// <summary>Ten times the input costs about ten times as much: with the square of it, it would be a hundred times.</summary>
    internal static void IsLinear(Action<int> work, int size)
    {
        work(size);
        var small = Of(() => work(size));
        var large = Of(() => work(10 * size));
        Assert.True(large <= (20 * small) + Slack, $"{size} cost {small.TotalMilliseconds} ms, ten times as much {large.TotalMilliseconds} ms.");
    }

    /// <summary>An attack costs no more than an honest peer that says as much.</summary>
    internal static void IsNoMoreThan(Action honest, Action attack)
    {
        honest();
        attack();
        var usual = Of(honest);
        var attacked = Of(attack);
        Assert.True(attacked <= (10 * usual) + Slack, $"It costs {usual.TotalMilliseconds} ms in honesty, and {attacked.TotalMilliseconds} ms under attack.");
    }
}
