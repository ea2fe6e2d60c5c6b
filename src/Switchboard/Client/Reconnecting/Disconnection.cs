using System.Globalization;
using System.Net;

namespace Switchboard;

/// <summary>How a connection of a <see cref="ReconnectingWebSocket"/> ended, or the attempt at one.</summary>
public sealed record Disconnection
{
    internal Disconnection(CloseCode code, string reason, WebSocketFailure? failure)
    {
        Code = code;
        Reason = reason;
        Failure = failure;
    }

    /// <summary>The server's close code, or 1005, or 1006.</summary>
    public CloseCode Code { get; }

    /// <summary>The server's reason, or "".</summary>
    public string Reason { get; }

    /// <summary>Why it failed. Null if the server closed in good order.</summary>
    public WebSocketFailure? Failure { get; }

    /// <summary>The number of the attempt that follows, counted from 1 and anew after a healthy connection.</summary>
    public int Attempt { get; internal init; }

    /// <summary>How long it waits before that.</summary>
    public TimeSpan Delay { get; internal init; }

    /// <summary>
    /// Whether the next attempt may end otherwise. False for an answer that will not change: a status of 400 to 499 except 408, 425 and 429,
    /// a redirect, a blocked port; and for a close that was meant: 1000, 1003, 1007, 1008, 1009, 1010.
    /// </summary>
    public bool IsTransient => Failure is { } failure
        ? failure.Kind is not FailureKind.BlockedPort && (failure.Status is not { } status || IsTransientStatus((int)status))
        : (int)Code is not (1000 or 1003 or 1007 or 1008 or 1009 or 1010);

    /// <summary>What the server asked for by Retry-After (RFC 9110 §10.2.3), in seconds or as a date. Null if it did not.</summary>
    internal TimeSpan? RetryAfter(DateTimeOffset now)
    {
        var value = Failure?.Headers.FirstOrDefault(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return DateTimeOffset.TryParseExact(value, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date > now
            ? date - now
            : null;
    }

    private static bool IsTransientStatus(int status) =>
        status is (int)HttpStatusCode.RequestTimeout or 425 or (int)HttpStatusCode.TooManyRequests or < 300 or >= 500;
}
