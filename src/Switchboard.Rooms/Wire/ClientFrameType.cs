namespace Switchboard.Rooms.Wire;

/// <summary>What a client says, by its field <c>type</c>.</summary>
public enum ClientFrameType
{
    /// <summary>A message for a room.</summary>
    Publish,

    /// <summary>Into a room.</summary>
    Join,

    /// <summary>Out of a room.</summary>
    Leave,

    /// <summary>Something in passing, for everyone else in a room.</summary>
    Signal,

    /// <summary>Messages of the past are asked for.</summary>
    History,

    /// <summary>Who is in a room is asked for.</summary>
    Members,

    /// <summary>A new token.</summary>
    Auth,
}
