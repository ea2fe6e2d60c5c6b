namespace Switchboard.Rooms;

/// <summary>
/// A log cannot do what it was asked to: its disk is full, it is locked, read-only or damaged. Of what was to be appended nothing is promised: it may be there
/// or not. Ask again later; an entry with an <see cref="LogEntry.Id"/> is then there once in either case.
/// </summary>
public sealed class LogUnavailableException : Exception
{
    /// <param name="message">What has happened, to what, and what to do about it.</param>
    /// <param name="cause">What the store has thrown.</param>
    public LogUnavailableException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
