using System.Net;

namespace Switchboard.Transports.Memory;

internal sealed class MemoryListener(EndPoint localEndPoint, Action<MemoryListener> onDisposed) : ITransportListener
{
    private readonly Lock _gate = new();
    private readonly Queue<ITransport> _waiting = new();
    private Action<ITransport>? _onAccepted;

    public EndPoint LocalEndPoint => localEndPoint;

    public void Start(Action<ITransport> onAccepted)
    {
        lock (_gate)
        {
            _onAccepted = onAccepted;
        }

        while (_waiting.TryDequeue(out var transport))
        {
            onAccepted(transport);
        }
    }

    public ValueTask DisposeAsync()
    {
        onDisposed(this);
        return ValueTask.CompletedTask;
    }

    internal void Accept(ITransport transport)
    {
        lock (_gate)
        {
            if (_onAccepted is null)
            {
                _waiting.Enqueue(transport);
                return;
            }
        }

        _onAccepted(transport);
    }
}
