using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Switchboard.TestSupport;

/// <summary>Waits on conditions. The patience is for a machine that is busy; no result depends on how long something takes.</summary>
internal static class Eventually
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static async Task IsTrue(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                Assert.Fail($"Never came true: {text}");
            }

            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}

internal static class Patiently
{
    internal static Task InTime(this Task task) => task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

    internal static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

    internal static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().InTime();
}
