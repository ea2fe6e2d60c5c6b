namespace Switchboard.Rooms;

/// <summary>What of the past someone who joins wants to hear first. Default nothing.</summary>
public readonly record struct JoinRequest
{
    /// <summary>Everything behind this sequence; a position that is gone is answered with <see cref="RoomReset"/>. Null: see <see cref="Last"/>.</summary>
    public long? Since { get; init; }

    /// <summary>The epoch that <see cref="Since"/> counts in; null for the room's own, whatever it is.</summary>
    public Guid? Epoch { get; init; }

    /// <summary>The newest messages, at most so many, if there is no <see cref="Since"/> or it is gone. Null: none, and after a reset all that are kept.</summary>
    public int? Last { get; init; }
}
