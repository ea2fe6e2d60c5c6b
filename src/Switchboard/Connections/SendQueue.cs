namespace Switchboard.Connections;

/// <summary>
/// Sends that wait: for room in the backlog, then for the system to take what was written. In order, and under the transport's
/// gate. Made for a connection when the first one has to wait.
/// </summary>
internal sealed class SendQueue
{
    private readonly LinkedList<PendingSend> _sends = new();
    private int _unwritten;

    /// <summary>Whether a message waits for room: then no other may overtake it.</summary>
    internal bool HasUnwritten => _unwritten > 0;

    internal bool IsEmpty => _sends.Count == 0;

    /// <summary>Payload bytes that wait for room in the memory of callers who await them.</summary>
    internal long AwaitedBytes { get; private set; }

    /// <summary>Payload bytes that wait for room behind those, copied, for nobody awaits them.</summary>
    internal long CopiedBytes { get; private set; }

    internal long Bytes => AwaitedBytes + CopiedBytes;

    internal void Enqueue(PendingSend send)
    {
        send.Place = _sends.AddLast(send);
        if (send.Position is null)
        {
            Count(send, 1);
        }
    }

    /// <summary>Completes the sends of which the system has taken every byte.</summary>
    /// <param name="taken">How much of the stream it has taken.</param>
    internal void Complete(long taken)
    {
        while (_sends.First is { Value: { } oldest } && oldest.Position <= taken)
        {
            _sends.RemoveFirst();
            oldest.Complete(isSent: true);
        }

        (_sends.First?.Value as StreamedSend)?.CompleteFragment(taken);
    }

    /// <summary>Writes what waits, in order.</summary>
    /// <param name="tryWrite">Answers where in the stream the message ends, or null if there is no room for it yet.</param>
    internal void WriteWaiting(Func<PendingSend, long?> tryWrite)
    {
        for (var node = _sends.First; HasUnwritten && node is not null; node = node.Next)
        {
            var send = node.Value;
            if (send.Position is not null)
            {
                continue;
            }

            if (tryWrite(send) is not { } position)
            {
                return;
            }

            Count(send, -1);
            send.Position = position;
        }
    }

    /// <summary>The caller has given up. What was written goes its way; what was not is forgotten, and its memory with it.</summary>
    internal void Cancel(PendingSend send, CancellationToken cancellationToken)
    {
        if (send.Position is null && !send.IsReferredTo && send.Place is { List: not null } place)
        {
            _sends.Remove(place);
            Count(send, -1);
        }

        send.Cancel(cancellationToken);
    }

    /// <summary>A message that has not begun will not be sent: those behind it need not wait for it.</summary>
    internal void Withdraw(StreamedSend send)
    {
        _sends.Remove(send.Place!);
        Count(send, -1);
    }

    /// <summary>The connection has ended: nobody is to wait for it any longer.</summary>
    internal void End()
    {
        foreach (var send in _sends)
        {
            send.Complete(isSent: false);
        }

        _sends.Clear();
        (_unwritten, AwaitedBytes, CopiedBytes) = (0, 0, 0);
    }

    private void Count(PendingSend send, int sign)
    {
        _unwritten += sign;
        if (send.IsCopy)
        {
            CopiedBytes += sign * send.Payload.Length;
        }
        else
        {
            AwaitedBytes += sign * send.Payload.Length;
        }
    }
}
