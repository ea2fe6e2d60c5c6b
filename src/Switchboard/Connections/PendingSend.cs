namespace Switchboard.Connections;

/// <summary>A message that waits to be sent.</summary>
/// <param name="type">Text or binary.</param>
/// <param name="payload">A copy, or the caller's memory, which it leaves alone until the task is complete.</param>
/// <param name="isCompressed">Whether it is what the message was compressed to.</param>
internal class PendingSend(MessageType type, ReadOnlyMemory<byte> payload, bool isCompressed)
{
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal MessageType Type => type;

    internal ReadOnlyMemory<byte> Payload => payload;

    internal bool IsCompressed => isCompressed;

    /// <summary>Whether nobody awaits it.</summary>
    internal bool IsCopy { get; init; }

    /// <summary>Whether messages behind it may refer to it: then it is sent, also if its caller gives up.</summary>
    internal bool IsReferredTo { get; init; }

    /// <summary>Where in the stream of bytes the message ends, once it was written.</summary>
    internal long? Position { get; set; }

    /// <summary>Where in the queue it stands; kept for the queue.</summary>
    internal LinkedListNode<PendingSend>? Place { get; set; }

    /// <summary>True when the system has taken the message, false when the connection ended before.</summary>
    internal Task<bool> Task => _completion.Task;

    internal virtual void Complete(bool isSent) => _completion.TrySetResult(isSent);

    internal void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
