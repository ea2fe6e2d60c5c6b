using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Switchboard.Transports;

namespace Switchboard.AspNetCore.Detaching;

/// <summary>
/// A connection that has asked for a WebSocket, as Kestrel sees it. At first there is the head of the request to read, and nothing is
/// received: if the request is let in, the transport is taken away, and what is left here is nobody's. If Kestrel reads on
/// instead, because it has refused the request or the upgrade is another's, it becomes a connection like any other.
/// </summary>
internal sealed class UpgradeConnection : DefaultConnectionContext, IDetachableConnection, IDuplexPipe, ITransportReceiver
{
    // How long a peer may take to end its side, when Kestrel has ended ours.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ITransport _transport;
    private readonly Pipe _received = new(new PipeOptions(useSynchronizationContext: false));
    private readonly TransportWriter _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Stage _stage;
    private volatile bool _isNobodyReading;

    internal UpgradeConnection(ITransport transport, ReadOnlySpan<byte> head)
    {
        _transport = transport;
        _output = new TransportWriter(transport, StartReceiving);
        Input = new ReaderOfMore(_received.Reader, StartReceiving);
        Transport = this;
        ConnectionClosed = _closed.Token;
        LocalEndPoint = transport.LocalEndPoint;
        RemoteEndPoint = transport.RemoteEndPoint;
        Features.Set<IDetachableConnection>(this);
        _received.Writer.Write(head);

        // It is less than the pipe holds, so this does not wait.
        _ = _received.Writer.FlushAsync().AsTask();
    }

    private enum Stage
    {
        HasHead,
        Receiving,
        Detached,
    }

    public PipeReader Input { get; }

    public PipeWriter Output => _output;

    public void HoldAnswer() => _output.Hold();

    public void ReleaseAnswer() => _output.Release();

    public ITransport? TryDetach()
    {
        // Middleware of the connection, such as one that logs its bytes, has put a pipe of its own there.
        if (Transport != this || !TryMove(Stage.Detached))
        {
            return null;
        }

        _output.Detach();
        _received.Writer.Complete();
        return _transport;
    }

    public void TellOfEnd() => CancelSoon();

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (IsDetached)
        {
            return;
        }

        // The end is told only to one who receives.
        StartReceiving();
        _transport.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        if (!IsDetached)
        {
            await EndAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    void ITransportReceiver.OnReceived(Span<byte> bytes)
    {
        if (!_isNobodyReading)
        {
            _received.Writer.Write(bytes);
        }
    }

    bool ITransportReceiver.OnBatchEnd()
    {
        var flushing = _received.Writer.FlushAsync();
        if (flushing.IsCompletedSuccessfully)
        {
            EndBatch(flushing.Result);
            return true;
        }

        _ = ResumeLaterAsync(flushing);
        return false;
    }

    void ITransportReceiver.OnSent(bool hasWaited) => _output.OnSent();

    void ITransportReceiver.OnClosed(Exception? fault)
    {
        _received.Writer.Complete(fault is null ? null : new ConnectionResetException(fault.Message, fault));
        _output.OnClosed();
        CancelSoon();
        _ended.TrySetResult();
    }

    private bool IsDetached => _stage == Stage.Detached;

    // RFC 9112 §9.6: what the peer still sends is read and dropped, or it would turn our end into a reset, and our answer be lost.
    private async Task EndAsync()
    {
        StartReceiving();
        _isNobodyReading = true;
        await _received.Reader.CompleteAsync().ConfigureAwait(false);
        await _output.CompleteAsync().ConfigureAwait(false);
        await _ended.Task.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _transport.Abort();
        await _ended.Task.ConfigureAwait(false);
    }

    private void StartReceiving()
    {
        if (TryMove(Stage.Receiving))
        {
            _transport.Start(this);
        }
    }

    private async Task ResumeLaterAsync(ValueTask<FlushResult> flushing)
    {
        EndBatch(await flushing.ConfigureAwait(false));
        _transport.ResumeReceiving();
    }

    private void EndBatch(FlushResult flushed)
    {
        if (flushed.IsCompleted)
        {
            _isNobodyReading = true;
        }
    }

    // What the application has tied to the token does not run on a loop.
    private void CancelSoon() => _ = _closed.CancelAsync();

    private bool TryMove(Stage to) => Interlocked.CompareExchange(ref _stage, to, Stage.HasHead) == Stage.HasHead;
}
