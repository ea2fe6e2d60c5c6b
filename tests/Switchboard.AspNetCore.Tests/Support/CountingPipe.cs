using System.IO.Pipelines;

namespace Switchboard.AspNetCore.Tests;

/// <summary>What connection middleware puts between Kestrel and the transport: here it counts what is read.</summary>
internal sealed class CountingPipe(IDuplexPipe inner, Action<long> onRead) : PipeReader, IDuplexPipe
{
    public PipeReader Input => this;

    public PipeWriter Output => inner.Output;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.Input.ReadAsync(cancellationToken);
        onRead(result.Buffer.Length);
        return result;
    }

    public override bool TryRead(out ReadResult result) => inner.Input.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.Input.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.Input.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.Input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Input.Complete(exception);
}
