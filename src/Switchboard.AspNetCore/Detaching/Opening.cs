using Switchboard.Server;
using Switchboard.Transports;

namespace Switchboard.AspNetCore.Detaching;

/// <summary>
/// Opens a connection, and runs its handler in the flow of its request: what is ambient there (the current activity, the
/// context accessor) is so in the handler, on whatever thread that runs.
/// </summary>
internal sealed class Opening(
    UpgradeHost host, UpgradeAnswer answer, ITransport transport, Func<ServerWebSocket, WebSocketRequest, ValueTask> onConnection, RequestHold hold)
    : IThreadPoolWorkItem, IBlockingObserver
{
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private readonly TaskCompletionSource<ServerWebSocket> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServerWebSocket? _socket;

    /// <summary>The connection's handler. What it throws is dealt with.</summary>
    internal Task Handling { get; private set; } = Task.CompletedTask;

    /// <summary>Opens it on the calling thread.</summary>
    internal ServerWebSocket Run()
    {
        var opened = host.Open(answer, transport, OnOpen);

        // A 101 that was held back leaves now, with what the handler has said.
        transport.FlushSoon();
        return opened;
    }

    /// <summary>
    /// Opens it where handlers run: on the transport's own thread, so that what the handler says there leaves at once, and together; or here, on
    /// the pool, if that is where they are to run.
    /// </summary>
    internal Task<ServerWebSocket> RunThereAsync()
    {
        if (host.RunsHandlersOnPool)
        {
            return Task.FromResult(Run());
        }

        transport.Post(this);
        return _opened.Task;
    }

    public void OnBlocking(TimeSpan soFar) => _socket?.OnBlocking(soFar);

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _opened.SetResult(Run());
        }
        catch (Exception e)
        {
            // It would end the loop, and with it the process.
            transport.Abort();
            _opened.TrySetException(e);
        }
    }

    private ValueTask OnOpen(ServerWebSocket socket)
    {
        _socket = socket;
        if (_flow is null)
        {
            Begin();
        }
        else
        {
            ExecutionContext.Run(_flow, static opening => ((Opening)opening!).Begin(), this);
        }

        return new ValueTask(Handling);
    }

    private void Begin() => Handling = HandleAsync(_socket!);

    private async Task HandleAsync(ServerWebSocket socket)
    {
        try
        {
            await onConnection(socket, answer.Request!).ConfigureAwait(false);
        }
        finally
        {
            hold.LetGo();
        }
    }
}
