namespace Switchboard.Transports;

/// <summary>
/// What a receiver, or work that was posted, may be besides: told when it keeps its transport's own thread, and with it everybody else
/// there, for too long.
/// </summary>
public interface IBlockingObserver
{
    /// <summary>It still runs, or has ended a moment ago. Called once for each time that it blocks, on another thread.</summary>
    /// <param name="soFar">For how long at least.</param>
    void OnBlocking(TimeSpan soFar);
}
