using System.IO.Pipelines;

namespace Switchboard.AspNetCore.Detaching;

/// <summary>Another reader, which says so before anybody waits for more than is there.</summary>
internal sealed class ReaderOfMore(PipeReader inner, Action onMoreWanted) : PipeReader
{
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        if (!reading.IsCompleted)
        {
            onMoreWanted();
        }

        return reading;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (inner.TryRead(out result))
        {
            return true;
        }

        onMoreWanted();
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
