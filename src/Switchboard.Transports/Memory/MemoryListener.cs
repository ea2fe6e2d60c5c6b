using System.Net;

namespace Switchboard.Transports.Memory;

internal sealed class MemoryListener(EndPoint localEndPoint, Action<MemoryListener> onDisposed) : ITransportListener
{
    private readonly Lock _gate = new();
    private readonly Queue<ITransport> _waiting = new();
    private Action<ITransport>? _onAccepted;
    private bool _isDisposed;

    public EndPoint LocalEndPoint => localEndPoint;

    public void Start(Action<ITransport> onAccepted)
    {
        lock (_gate)
        {
            _onAccepted = onAccepted;
        }

        while (_waiting.TryDequeue(out var transport))
        {
            HandOver(transport, onAccepted);
        }
    }

    public ValueTask DisposeAsync()
    {
        onDisposed(this);
        lock (_gate)
        {
            _isDisposed = true;
        }

        while (_waiting.TryDequeue(out var transport))
        {
            transport.Abort();
        }

        return ValueTask.CompletedTask;
    }

    internal void Accept(ITransport transport)
    {
        bool isTooLate;
        lock (_gate)
        {
            isTooLate = _isDisposed;
            if (!isTooLate && _onAccepted is null)
            {
                _waiting.Enqueue(transport);
                return;
            }
        }

        if (isTooLate)
        {
            transport.Abort();
        }
        else
        {
            HandOver(transport, _onAccepted!);
        }
    }

    private static void HandOver(ITransport transport, Action<ITransport> onAccepted)
    {
        try
        {
            onAccepted(transport);
        }
        catch (Exception)
        {
            // Whoever takes it failed: who connects is not to get its exception.
            transport.Abort();
        }
    }
}
