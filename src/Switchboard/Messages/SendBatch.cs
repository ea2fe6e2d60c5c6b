using Switchboard.Transports;

namespace Switchboard;

/// <summary>
/// What the calling thread sends, to whomever, gathers until this is disposed: what one connection gets of it leaves in one send. In a handler that is so
/// by itself; this is for other threads that send much at once.
/// <code>
/// using var batch = SendBatch.Begin();
/// </code>
/// </summary>
/// <remarks>It belongs to the thread that began it. Do not wait for anything meanwhile: nothing leaves before the end.</remarks>
public readonly ref struct SendBatch
{
    private readonly int _cork;

    private SendBatch(int cork) => _cork = cork;

    /// <summary>Begins to gather. Batches may be begun within batches.</summary>
    public static SendBatch Begin() => new(Cork.Put());

    /// <summary>Lets it leave. On the thread that began it, and the one begun last first; a second call does nothing.</summary>
    public void Dispose() => Cork.TryPull(_cork);
}
