namespace Switchboard.Rooms;

/// <summary>Messages of a room and where the room stands, both of the same moment.</summary>
/// <param name="Epoch">The epoch that the sequences count in.</param>
/// <param name="First">The sequence of the oldest message that is kept; <paramref name="Last"/> + 1 if none is.</param>
/// <param name="Last">The sequence of the newest message ever stored in this epoch, kept or not; 0 before the first.</param>
/// <param name="Messages">What was asked for, oldest first, without gaps.</param>
/// <param name="HasMore">Whether there is more in the direction that was asked for.</param>
public sealed record HistoryPage(Guid Epoch, long First, long Last, IReadOnlyList<RoomMessage> Messages, bool HasMore);
