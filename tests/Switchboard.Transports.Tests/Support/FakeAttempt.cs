using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Buffers;

namespace Switchboard.Transports.Tests.Support;

/// <summary>An attempt to connect that ends as the test says.</summary>
internal sealed class FakeAttempt(EndPoint address, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<ITransport> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal EndPoint Address => address;

    /// <summary>Ends with the token too, as an attempt does that is cancelled; one that has ended before stays as it is.</summary>
    internal Task<ITransport> Connected
    {
        get
        {
            cancellationToken.Register(() => IsCancelled = !_connected.Task.IsCompleted);
            return IgnoresToken ? _connected.Task : _connected.Task.WaitAsync(cancellationToken);
        }
    }

    internal bool IgnoresToken { get; init; }

    internal bool IsCancelled { get; private set; }

    internal FakeTransport Succeed()
    {
        var transport = new FakeTransport();
        _connected.SetResult(transport);
        return transport;
    }

    internal void Fail(SocketError error) => Fail(new SocketException((int)error));

    internal void Fail(Exception fault) => _connected.SetException(fault);
}

/// <summary>A transport of which only the end matters.</summary>
internal sealed class FakeTransport : QueuedTransport
{
    private volatile bool _isAborted;

    public override EndPoint? LocalEndPoint => null;

    public override EndPoint? RemoteEndPoint => null;

    internal bool IsAborted => _isAborted;

    public override void Abort() => _isAborted = true;

    public override void Start(ITransportReceiver receiver) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override void ResumeReceiving() => throw new NotSupportedException();

    public override void Shutdown() => throw new NotSupportedException();
}
