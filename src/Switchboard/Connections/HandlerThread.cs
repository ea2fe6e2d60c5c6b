namespace Switchboard;

/// <summary>Where a server's handlers run. On either, those of one connection's messages run one at a time and in order.</summary>
public enum HandlerThread
{
    /// <summary>
    /// On the transport's own thread, and what follows an <c>await</c> there too. The fastest, and on Linux, where a thread serves many
    /// connections, made for handlers that are brief: one that blocks keeps all of them waiting, and is named in the log after 100 ms.
    /// Sockets have no such thread, and neither has ASP.NET Core without <c>UseSwitchboard()</c>: there it is the thread pool's.
    /// </summary>
    Transport,

    /// <summary>
    /// On the thread pool, and what follows an <c>await</c> there too. A message costs 1.3 to 1.7 times as much, and a handler that blocks
    /// delays its own connection only. It must not block for what its own continuations do, as by <c>Task.Result</c>: they wait
    /// until it has returned.
    /// </summary>
    ThreadPool,
}
