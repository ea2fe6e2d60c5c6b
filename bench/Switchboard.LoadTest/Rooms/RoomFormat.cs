namespace Switchboard.LoadTest.Rooms;

/// <summary>The format that members speak: see docs/rooms-protocol.md.</summary>
internal enum RoomFormat
{
    /// <summary>A frame is a message, and nothing else is ever sent.</summary>
    Plain,

    /// <summary><c>switchboard.v1.json</c>.</summary>
    Json,
}
