namespace Switchboard.Rooms;

/// <summary>One step in a room's order: someone enters, a message is said, someone leaves.</summary>
internal abstract record RoomStep
{
    /// <summary>The member first hears what it missed, then every message after this step.</summary>
    public sealed record Enter(RoomMember Member, RoomMessage[] Missed) : RoomStep;

    /// <summary>Everyone hears the message, except a sender that wants no echo.</summary>
    public sealed record Say(RoomMessage Message, RoomMember? Silent) : RoomStep;

    /// <summary>The member hears nothing after this step.</summary>
    public sealed record Leave(RoomMember Member) : RoomStep;
}
