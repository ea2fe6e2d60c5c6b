namespace Switchboard.Rooms;

/// <summary>How the bytes of a message are meant.</summary>
public enum RoomMessageKind
{
    /// <summary>UTF-8 text; the room has checked it.</summary>
    Text,

    /// <summary>Bytes as they are.</summary>
    Binary,

    /// <summary>One JSON value, in UTF-8, that is no string: a string is <see cref="Text"/>.</summary>
    Json,
}
