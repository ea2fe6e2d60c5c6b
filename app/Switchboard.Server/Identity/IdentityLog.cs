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
}
