namespace Switchboard.Rooms;

/// <summary>Where members of one kind and one format are reached: one event for many members, so that it is encoded once for all of them.</summary>
/// <remarks>
/// <para>
/// For one room there is one call of <see cref="Deliver"/> at a time, in the room's order, but for what one who enters is told first, <see cref="RoomJoined"/> and
/// perhaps <see cref="RoomReset"/>: that comes beside what others hear. Calls for different rooms run in parallel.
/// </para>
/// <para>
/// The calling thread is one that publishes, joins or leaves, and it holds no lock. An implementation may publish, join and leave itself,
/// in this room too: what it starts is delivered after the current call returns. It must not block: the room waits for it,
/// while publishers do not. What they publish meanwhile waits, up to <see cref="RoomOptions.MaxUndeliveredBytes"/>, and is refused as <c>busy</c> beyond it.
/// </para>
/// </remarks>
public interface IRoomDelivery
{
    /// <summary>Hands an event to members. Those that are too slow for it are the implementation's business: it waits for nobody.</summary>
    /// <remarks>
    /// A fault of one member is the implementation's to handle. Whatever is thrown here is logged and the room goes on; members that
    /// were not reached have then lost this event.
    /// </remarks>
    /// <param name="happening">The next event.</param>
    /// <param name="members">Never empty, in no particular order. Valid during the call; copy what you keep.</param>
    void Deliver(RoomEvent happening, ReadOnlySpan<RoomMember> members);

    /// <summary>Hands a page of the past to one member, before anything that <see cref="Deliver"/> brings it, at the member's own pace.</summary>
    /// <returns>False if the member is gone: no more is brought.</returns>
    ValueTask<bool> DeliverPastAsync(RoomMember member, IReadOnlyList<RoomMessage> page);

    /// <summary>What a member lacks cannot be read: it must be cut off, for it would have a gap, and come back.</summary>
    void CutOff(RoomMember member, Refusal refusal);
}
