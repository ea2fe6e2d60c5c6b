namespace Switchboard.Rooms;

/// <summary>Why something was not done, for a program (<see cref="Code"/>) and for a person.</summary>
/// <param name="Code">A word of docs/rooms-protocol.md, such as <c>rate-limited</c>.</param>
/// <param name="Message">What has happened, to what, and what to do. Never repeats what a stranger wrote.</param>
/// <param name="RetryAfter">When the same may succeed; null if it will not by waiting.</param>
public sealed record Refusal(string Code, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>The longest time that a refusal asks to wait when nobody knows how long it takes.</summary>
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(1);

    /// <summary>The application's own code says no: <c>refused</c>.</summary>
    /// <param name="message">Why, for whoever is refused.</param>
    public static Refusal Because(string message) => new("refused", message);

    internal static Refusal Failed { get; } = new("refused", "The application failed to decide about it.");

    internal static Refusal Forbidden(RoomAction action) => new(
        "forbidden", action == RoomAction.Read ? "You may not read in this room." : action == RoomAction.Write ? "You may not write in this room." : "You may not manage this room.");

    internal static Refusal TooBig(int length, int limit) => new("too-big", $"The message has {length} bytes; the limit of this room is {limit}.");

    internal static Refusal NotUtf8 { get; } = new("malformed", "A text message must be valid UTF-8; send other bytes as a binary message.");

    internal static Refusal NotJson { get; } =
        new("malformed", $"A JSON message must be one JSON value in UTF-8, other than a string, nested at most {PayloadRule.MaxJsonDepth} deep.");

    internal static Refusal NotJoined { get; } = new("not-joined", "The sender is not a member of this room, or no longer.");

    internal static Refusal Busy { get; } = new("busy", "The room is busy: too much waits to be stored or delivered. Try again in a moment.", AMoment);

    internal static Refusal Full(int limit) => new("room-full", $"The room is full: it takes {limit} members.", AMoment);

    /// <summary>Too much at once: <c>rate-limited</c>.</summary>
    /// <param name="wait">When the next one is taken.</param>
    public static Refusal TooFast(TimeSpan wait) => new("rate-limited", FormattableString.Invariant($"Too many messages: wait {wait.TotalSeconds:0.0##} s."), wait);

    internal static Refusal Unavailable { get; } =
        new("unavailable", "The store takes no messages at the moment: nothing was acknowledged. Try again in a moment, with the same id.", AMoment);
}

/// <summary>Something was refused, see <see cref="Refusal"/>. Nothing has changed.</summary>
public sealed class RefusedException : Exception
{
    /// <param name="refusal">Why.</param>
    /// <param name="cause">What has led to it, if it was a fault.</param>
    public RefusedException(Refusal refusal, Exception? cause = null) : base(refusal?.Message, cause)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        Refusal = refusal;
    }

    /// <summary>Why.</summary>
    public Refusal Refusal { get; }
}
