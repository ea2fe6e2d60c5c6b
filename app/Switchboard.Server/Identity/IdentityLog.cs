namespace Switchboard.Server.Identity;

/// <summary>What is said of identity. Never a token, nor what one claims.</summary>
internal static partial class IdentityLog
{
    [LoggerMessage(5000, LogLevel.Information, "Nobody was let in, with {Status}: {Problem}")]
    internal static partial void Refused(this ILogger log, int status, string problem);

    [LoggerMessage(5001, LogLevel.Information, "The key set of {Url} was read: {Count} keys")]
    internal static partial void KeysRead(this ILogger log, string url, int count);

    [LoggerMessage(5002, LogLevel.Warning, "The key set of {Url} cannot be read: {Problem} Tokens are checked with the {Count} keys that were read before")]
    internal static partial void KeysNotRead(this ILogger log, string url, string problem, int count);

    [LoggerMessage(5003, LogLevel.Information, "The key file {Path} has changed and was read: a key for {Algorithm}")]
    internal static partial void KeyRead(this ILogger log, string path, string algorithm);

    [LoggerMessage(5004, LogLevel.Warning, "The key file {Path} has changed and cannot be used: {Problem} Tokens are checked with the key that was read before")]
    internal static partial void KeyNotRead(this ILogger log, string path, string problem);
}
