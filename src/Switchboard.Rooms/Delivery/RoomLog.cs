using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms;

/// <summary>What rooms log. Event ids 3000 to 3099; none is ever reused.</summary>
internal static partial class RoomLog
{
    [LoggerMessage(3000, LogLevel.Error, "Delivering message {Sequence} of room {Room} threw; members it did not reach lost that message")]
    public static partial void DeliveryThrew(ILogger logger, Exception fault, string room, long sequence);
}
