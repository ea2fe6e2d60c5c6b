namespace Switchboard.Rooms;

/// <summary>What somebody may do in a room.</summary>
[Flags]
public enum RoomAction
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Join, hear what is said, read the history and the list of members.</summary>
    Read = 1,

    /// <summary>Publish and signal.</summary>
    Write = 2,

    /// <summary>Whatever else there is to do in a room; includes <see cref="Read"/> and <see cref="Write"/>.</summary>
    Manage = 4 | Read | Write,
}
