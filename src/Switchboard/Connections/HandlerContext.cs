using Switchboard.Diagnostics;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <summary>Whose handlers run in a <see cref="HandlerContext"/>.</summary>
internal interface IHandlerHost
{
    /// <summary>A handler threw, or what it had left to do later did.</summary>
    void HandlerFailed(Exception exception);

    /// <summary>No <c>async void</c> handler is running any more.</summary>
    void HandlersEnded();

    /// <summary>Runs what a handler has left to do later, where handlers run.</summary>
    void Post(IThreadPoolWorkItem work);

    /// <summary>What a handler has left to do later keeps its transport's thread from all others.</summary>
    /// <param name="handler">Its name.</param>
    /// <param name="soFar">For how long at least.</param>
    void HandlerBlocks(string handler, TimeSpan soFar);
}

/// <summary>
/// The context in which a connection's handlers run. It makes <c>async void</c> safe, which is what an async lambda becomes on
/// an event: what it throws ends its connection and not the process, and whether it still runs is known.
/// </summary>
internal sealed class HandlerContext(IHandlerHost host) : SynchronizationContext
{
    private int _running;

    /// <summary>Whether an <c>async void</c> handler has not come to its end.</summary>
    internal bool IsHandlerRunning => Volatile.Read(ref _running) > 0;

    public override void OperationStarted() => Interlocked.Increment(ref _running);

    public override void OperationCompleted()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            host.HandlersEnded();
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => host.Post(new Posted(this, d, state));

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private void HandlerBlocks(string handler, TimeSpan soFar) => host.HandlerBlocks(handler, soFar);

    private void Run(SendOrPostCallback callback, object? state)
    {
        var previous = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        catch (Exception e)
        {
            host.HandlerFailed(e);
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    private sealed class Posted(HandlerContext context, SendOrPostCallback callback, object? state) : IThreadPoolWorkItem, IBlockingObserver
    {
        public void Execute() => context.Run(callback, state);

        public void OnBlocking(TimeSpan soFar) => context.HandlerBlocks(HandlerName.OfPosted(callback, state), soFar);
    }
}
