namespace Switchboard.Client;

/// <summary>
/// What the handlers of one turn have sent stays in <c>bufferedAmount</c> until the turn has ended, also if the system has taken it by
/// then (WHATWG WebSockets: it goes down between tasks only).
/// </summary>
internal struct SendingTurn
{
    private int _thread;
    private bool _hasSent;
    private long _before;
    private long _sent;

    /// <summary>Whether the calling thread runs handlers of this turn.</summary>
    internal readonly bool IsHere => Volatile.Read(in _thread) == Environment.CurrentManagedThreadId;

    internal void Begin()
    {
        _hasSent = false;
        Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);
    }

    internal void End() => Volatile.Write(ref _thread, 0);

    /// <param name="payloadBytes">What is sent now.</param>
    /// <param name="buffered">What is buffered without it.</param>
    internal void Count(long payloadBytes, long buffered)
    {
        if (!_hasSent)
        {
            (_hasSent, _before, _sent) = (true, buffered, 0);
        }

        _sent += payloadBytes;
    }

    /// <param name="buffered">What is buffered in truth.</param>
    internal readonly long Amount(long buffered) => _hasSent && IsHere ? _before + _sent : buffered;
}
