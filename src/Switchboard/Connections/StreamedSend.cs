namespace Switchboard.Connections;

/// <summary>
/// A message that is sent while it is written, fragment by fragment. From its first one it has a place in the queue, and nobody behind it is
/// written before its last one is (RFC 6455 §5.4). Its fragments are written one at a time, by its caller.
/// </summary>
internal sealed class StreamedSend(MessageType type, bool isCompressed) : PendingSend(type, default, isCompressed)
{
    /// <summary>What is to be written next, or was written last.</summary>
    internal PendingSend? Fragment { get; private set; }

    /// <summary>Whether that is the message's end.</summary>
    internal bool IsFinal { get; private set; }

    /// <summary>Whether anything of the message was written.</summary>
    internal bool IsBegun { get; set; }

    internal void Continue(PendingSend fragment, bool isFinal)
    {
        Fragment = fragment;
        IsFinal = isFinal;
    }

    /// <summary>The caller has given up. What was not written yet is forgotten.</summary>
    internal void Cancel(PendingSend fragment, CancellationToken cancellationToken)
    {
        if (Fragment == fragment && fragment.Position is null)
        {
            Fragment = null;
        }

        fragment.Cancel(cancellationToken);
    }

    /// <param name="taken">How much of the stream of bytes the system has taken.</param>
    internal void CompleteFragment(long taken)
    {
        if (Fragment?.Position <= taken)
        {
            Fragment.Complete(isSent: true);
        }
    }

    internal override void Complete(bool isSent)
    {
        base.Complete(isSent);
        Fragment?.Complete(isSent);
    }
}
