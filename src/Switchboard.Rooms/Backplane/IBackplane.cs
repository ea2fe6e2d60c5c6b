namespace Switchboard.Rooms;

/// <summary>
/// The seam between nodes: what happens in a room on one node is told to the others that have members in it. It may lose news, double them or bring them
/// late: the log is the truth, and a room that sees a gap in the sequence reads what it lacks. Whoever writes one runs the suite <c>BackplaneContract</c> over it.
/// </summary>
public interface IBackplane
{
    /// <summary>Takes part in a room, until the line is disposed.</summary>
    /// <param name="room">The room.</param>
    /// <param name="listener">Hears what others say, from any thread, one piece of news at a time, in the order of each who says it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<IBackplaneLine> SubscribeAsync(RoomName room, IBackplaneListener listener, CancellationToken cancellationToken);
}

/// <summary>One node's part in one room.</summary>
public interface IBackplaneLine : IAsyncDisposable
{
    /// <summary>Tells the others, and not the listener of this line. It does not wait for them, and does not throw for want of a network.</summary>
    void Tell(RoomEvent news);
}

/// <summary>Who hears the others.</summary>
public interface IBackplaneListener
{
    /// <summary>Another node has said something: be brief, never block.</summary>
    void OnNews(RoomEvent news);

    /// <summary>News may have been lost, as after the network was gone: look into the log.</summary>
    void OnInterruption();
}
