using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Tests.Support;

internal static class ClockSteps
{
    /// <summary>
    /// Lets time pass until something is so. A pulse that finds a connection busy takes it for heard of, so on a machine that is busy it may take
    /// a few more of them: those who count the seconds do it elsewhere.
    /// </summary>
    internal static Task PassUntil(this FakeTimeProvider clock, Func<bool> condition) => Eventually.IsTrue(() =>
    {
        if (condition())
        {
            return true;
        }

        clock.Advance(TimeSpan.FromSeconds(0.5));
        return false;
    });
}
