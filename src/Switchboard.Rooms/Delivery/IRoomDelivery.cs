namespace Switchboard.Rooms;

/// <summary>Where messages leave the rooms: one payload for many members, so that it is encoded once per broadcast.</summary>
/// <remarks>
/// <para>For one room there is one call at a time, in the room's order; calls for different rooms run in parallel.</para>
/// <para>
/// The calling thread is one that publishes, joins or leaves, and it holds no lock. An implementation may publish, join and leave itself,
/// in this room too: what it starts is delivered after the current call returns. It must not block: the room waits for it,
/// while publishers do not. What they publish meanwhile waits, up to <see cref="RoomOptions.MaxUndeliveredBytes"/>; beyond it they are
/// refused with <see cref="RoomBusyException"/>, and so is an implementation that publishes here, whose own message counts until it returns.
/// Joins and leaves wait too, and are never refused.
/// </para>
/// </remarks>
public interface IRoomDelivery
{
    /// <summary>Hands <paramref name="message"/> to <paramref name="members"/>.</summary>
    /// <remarks>
    /// A fault of one member is the implementation's to handle. Whatever is thrown here is logged and the room goes on; members that
    /// were not reached have then lost this message.
    /// </remarks>
    /// <param name="message">The next message, or for one who just joined a message of the history.</param>
    /// <param name="members">Never empty, in no particular order. Valid during the call; copy what you keep.</param>
    void Deliver(RoomMessage message, ReadOnlySpan<RoomMember> members);
}
