namespace Switchboard.Rooms;

/// <summary>
/// Where an application's own code takes part: derive from it, override what you need, and give it to <see cref="RoomOptions.Hooks"/>. Called from any thread,
/// for different rooms at the same time. What it throws is logged; from a hook that decides it counts as a refusal.
/// </summary>
public abstract class RoomHooks
{
    /// <summary>
    /// Someone wants to join a room, or to read its history or its members; or is in it, and has brought a newer token: who is refused then leaves the room, and
    /// hears it until then. Asked behind what token and settings say. What a connection sends meanwhile waits.
    /// </summary>
    /// <param name="room">The room.</param>
    /// <param name="who">Who.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null to allow it, or why not.</returns>
    public virtual ValueTask<Refusal?> AuthorizeAsync(RoomName room, RoomIdentity who, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Someone publishes: a member, or a backend. Asked behind what token, settings and rate say; the payload is valid. May set <see cref="LogEntry.Payload"/> and
    /// <see cref="LogEntry.Kind"/>, which are checked again. A member's next message waits for it, and so its messages keep their order.
    /// </summary>
    /// <param name="room">The room.</param>
    /// <param name="message">The message; <see cref="Publication.Member"/> tells who it is of.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null to let it pass, or why not: <c>Refusal.Because("…")</c>.</returns>
    public virtual ValueTask<Refusal?> BeforePublishAsync(RoomName room, Publication message, CancellationToken cancellationToken) => default;

    /// <summary>A message is stored and delivered on this node. Not for a repeat. Be brief: the room waits.</summary>
    public virtual void AfterPublish(RoomName room, Publication message, LogPlace place)
    {
    }

    /// <summary>Someone has joined: the others know, and it is told next, so this comes before anything it publishes. Be brief.</summary>
    public virtual void Joined(Room room, RoomMember member)
    {
    }

    /// <summary>Someone has left, or its connection has ended. Be brief.</summary>
    public virtual void Left(Room room, RoomMember member)
    {
    }
}
