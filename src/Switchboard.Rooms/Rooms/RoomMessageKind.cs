namespace Switchboard.Rooms;

/// <summary>How the bytes of a message are meant.</summary>
public enum RoomMessageKind
{
    /// <summary>UTF-8 text; the room has checked it.</summary>
    Text,

    /// <summary>Bytes as they are.</summary>
    Binary,
}
