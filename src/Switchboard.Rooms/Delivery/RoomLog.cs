using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms;

/// <summary>What rooms log. Event ids 3000 to 3099; none is ever reused.</summary>
internal static partial class RoomLog
{
    [LoggerMessage(3000, LogLevel.Error, "Delivering message {Sequence} of room {Room} threw; members it did not reach lost that message")]
    public static partial void DeliveryThrew(ILogger logger, Exception fault, string room, long sequence);

    [LoggerMessage(3001, LogLevel.Error, "Room {Room} cannot store what {Count} publishers wait for; they were told, and nothing was acknowledged")]
    public static partial void AppendFailed(ILogger logger, Exception fault, string room, int count);

    [LoggerMessage(3002, LogLevel.Error, "Room {Room} cannot read its history; it tries again")]
    public static partial void ReadFailed(ILogger logger, Exception fault, string room);

    [LoggerMessage(3003, LogLevel.Error, "The application's own code for room {Room} threw")]
    public static partial void ApplicationThrew(ILogger logger, Exception fault, string room);

    [LoggerMessage(3004, LogLevel.Warning, "Presence does not answer; counts are of this node alone until it does")]
    public static partial void PresenceFailed(ILogger logger, Exception fault);

    [LoggerMessage(3005, LogLevel.Error, "Forgetting old messages of room {Room} failed; it is tried again later")]
    public static partial void TrimFailed(ILogger logger, Exception fault, string room);

    [LoggerMessage(3006, LogLevel.Error, "A member of room {Room} could not be given what it missed; it was cut off, to come back")]
    public static partial void CatchUpFailed(ILogger logger, Exception fault, string room);

    [LoggerMessage(3007, LogLevel.Warning, "The line of room {Room} to other nodes threw; they read in the log what they did not hear")]
    public static partial void BackplaneFailed(ILogger logger, Exception fault, string room);

    [LoggerMessage(3008, LogLevel.Error, "The batch that deliveries of room {Room} are wrapped in threw; they went without it")]
    public static partial void BatchThrew(ILogger logger, Exception fault, string room);

    [LoggerMessage(3009, LogLevel.Warning, "{Count} more of {Event} came since it was last written, and were not")]
    public static partial void PassedOver(ILogger logger, int count, string? @event);
}
