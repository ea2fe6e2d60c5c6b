namespace Switchboard.Rooms;

/// <summary>One step in a room's order.</summary>
internal abstract record RoomStep
{
    /// <summary>The member first hears what it missed, then everything after this step.</summary>
    public sealed record Enter(RoomMember Member, IReadOnlyList<RoomEvent> Missed) : RoomStep;

    /// <summary>Everyone hears it, except one if there is one. What it counts for is given back.</summary>
    public sealed record Say(RoomEvent Happening, RoomMember? Silent, long Cost) : RoomStep;

    /// <summary>What became of a publication is told to its publisher, behind the message.</summary>
    public sealed record Answer(Publication Publication, LogPlace Place) : RoomStep;

    /// <summary>The member hears nothing after this step.</summary>
    public sealed record Leave(RoomMember Member) : RoomStep;
}
