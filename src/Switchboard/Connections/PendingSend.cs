namespace Switchboard.Connections;

/// <summary>A message, and who waits for it to be sent.</summary>
/// <param name="type">Text or binary.</param>
/// <param name="payload">The caller's memory, which it leaves alone until the task is complete.</param>
internal sealed class PendingSend(MessageType type, ReadOnlyMemory<byte> payload)
{
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal MessageType Type => type;

    internal ReadOnlyMemory<byte> Payload => payload;

    /// <summary>Where in the stream of bytes the message ends, once it was written.</summary>
    internal long? Position { get; set; }

    /// <summary>Whether the caller has given it up: if it was not written yet, it never is.</summary>
    internal bool IsCanceled { get; private set; }

    /// <summary>True when the system has taken the message, false when the connection ended before.</summary>
    internal Task<bool> Task => _completion.Task;

    internal void Complete(bool isSent) => _completion.TrySetResult(isSent);

    internal void Cancel(CancellationToken cancellationToken)
    {
        IsCanceled = true;
        _completion.TrySetCanceled(cancellationToken);
    }
}
