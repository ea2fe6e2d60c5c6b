namespace Switchboard.Connections;

/// <summary>
/// Sends that wait: for room in the backlog, then for the system to take what was written. In order, and under the transport's
/// gate. Made for a connection when the first one has to wait.
/// </summary>
internal sealed class SendQueue
{
    private readonly Queue<PendingSend> _sends = new();

    /// <summary>Whether a message waits for room: then no other may overtake it.</summary>
    internal bool HasUnwritten { get; private set; }

    internal bool IsEmpty => _sends.Count == 0;

    internal long UnwrittenBytes => HasUnwritten ? _sends.Sum(send => send.Position is null ? send.Payload.Length : 0L) : 0;

    internal void Enqueue(PendingSend send)
    {
        _sends.Enqueue(send);
        HasUnwritten |= send.Position is null;
    }

    /// <summary>Completes the sends of which the system has taken every byte.</summary>
    /// <param name="taken">How much of the stream it has taken.</param>
    internal void Complete(long taken)
    {
        while (_sends.TryPeek(out var oldest) && oldest.Position <= taken)
        {
            _sends.Dequeue().Complete(isSent: true);
        }
    }

    /// <summary>Writes what waits, in order.</summary>
    /// <param name="tryWrite">Answers where in the stream the message ends, or null if there is no room for it yet.</param>
    internal void WriteWaiting(Func<PendingSend, long?> tryWrite)
    {
        if (!HasUnwritten)
        {
            return;
        }

        foreach (var send in _sends)
        {
            if (send.Position is null && (send.Position = tryWrite(send)) is null)
            {
                return;
            }
        }

        HasUnwritten = false;
    }

    /// <summary>The connection has ended: nobody is to wait for it any longer.</summary>
    internal void End()
    {
        HasUnwritten = false;
        while (_sends.TryDequeue(out var send))
        {
            send.Complete(isSent: false);
        }
    }
}
