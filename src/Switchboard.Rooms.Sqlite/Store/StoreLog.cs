using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms.Sqlite;

/// <summary>What a store logs. Event ids 3100 to 3199; none is ever reused.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(3100, LogLevel.Information, "Messages are stored in {File}, epoch {Epoch}")]
    public static partial void Opened(ILogger logger, string file, Guid epoch);

    [LoggerMessage(3101, LogLevel.Error, "Messages cannot be stored, or not be read: {Problem}")]
    public static partial void Failed(ILogger logger, string problem);

    [LoggerMessage(3102, LogLevel.Information, "Messages are stored and read again; it was: {Problem}")]
    public static partial void Recovered(ILogger logger, string problem);

    [LoggerMessage(3103, LogLevel.Information, "The schema of {File} is brought from version {From} to {To}")]
    public static partial void Migrating(ILogger logger, string file, long from, long to);

    [LoggerMessage(3104, LogLevel.Warning, "Pages cannot be moved from the write-ahead log to {File}: it grows until they can")]
    public static partial void NotMoved(ILogger logger, Exception fault, string file);
}
