namespace Switchboard.Rooms;

/// <summary>
/// The seam of history: every room's messages in one order, a gapless sequence from 1 within an epoch. Safe from any thread. Whoever writes
/// one runs the suite <c>MessageLogContract</c> over it.
/// </summary>
/// <remarks>A position is (epoch, sequence). A store that has lost its messages has another epoch: a sequence alone would look like a successful resume.</remarks>
public interface IMessageLog
{
    /// <summary>
    /// Appends entries to a room, in their order, all or none. It is complete when they survive the end of every process. An entry whose
    /// publisher has appended the same id to the room before, and the message is still kept, has no effect and gets the place of that one.
    /// </summary>
    /// <param name="room">The room, made by its first message.</param>
    /// <param name="entries">One or more. Valid until this is complete.</param>
    /// <param name="cancellationToken">Ends the waiting; what was begun may be appended all the same.</param>
    /// <exception cref="LogUnavailableException">It could not be stored, or nobody knows whether it was.</exception>
    ValueTask<LogReceipt> AppendAsync(RoomName room, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken);

    /// <summary>Reads messages of a room, which need not exist: it is empty then, and its epoch the one that its first message will have.</summary>
    /// <exception cref="LogUnavailableException">It cannot be read.</exception>
    ValueTask<HistoryPage> ReadAsync(RoomName room, HistoryQuery query, CancellationToken cancellationToken);

    /// <summary>Forgets messages of a room that are beyond what is to be kept, the oldest first, and only so many: a short step.</summary>
    /// <param name="room">The room.</param>
    /// <param name="retention">What is kept.</param>
    /// <param name="now">From when ages count.</param>
    /// <param name="atMost">How many messages to forget at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How many were forgotten.</returns>
    /// <exception cref="LogUnavailableException">It cannot be written.</exception>
    ValueTask<int> TrimAsync(RoomName room, Retention retention, DateTimeOffset now, int atMost, CancellationToken cancellationToken);

    /// <summary>The rooms that messages are, or were, stored of, by the ordinal order of their names.</summary>
    /// <param name="after">The room behind which to begin; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LogUnavailableException">It cannot be read.</exception>
    ValueTask<IReadOnlyList<RoomName>> ListAsync(RoomName? after, int limit, CancellationToken cancellationToken);
}
