using System.Diagnostics;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <content>
/// Handlers on the thread pool: each burst is copied, its transport paused, and the connection sent to the pool as one work item, which
/// reads it and resumes the transport. The transport's thread never waits for the turn, and never runs a handler.
/// </content>
internal sealed partial class ConnectionDriver
{
    private readonly bool _runsOnPool;

    // Made when a handler has left something to do later for the first time.
    private PostedWork? _posted;

    private void BeginOnPool(Span<byte> early, Receiving receiving)
    {
        if (receiving == Receiving.NotStarted)
        {
            // The caller is on the pool, and what flows with it (its culture, its activity) is meant for the handler.
            Debug.Assert(early.IsEmpty, "A transport that is not started has received nothing.");
            _turn.Take();
            TakeTurnOnPool(Work.Open);
            _transport.Start(this);
            return;
        }

        _transport.Start(this);
        _held.Append(early);
        _isReceiving = receiving == Receiving.Now;
        LeaveToPool(_isReceiving ? Work.Open : Work.Open | Work.Held);
    }

    // The transport's thread has the held bytes to itself from here to the end of the batch: nobody reads them while it is not paused.
    private void HoldForPool(Span<byte> bytes)
    {
        _hasHeard = true;
        _isReceiving = true;
        _held.Append(bytes);
        AccountInbound();
    }

    private void PostToPool(IThreadPoolWorkItem work)
    {
        Posted.Add(work);
        LeaveToPool(Work.Posted);
    }

    private PostedWork Posted => _posted ?? Interlocked.CompareExchange(ref _posted, new PostedWork(this), null) ?? _posted;

    // Leaves it to the pool's thread that has the turn, or sends one.
    private void LeaveToPool(Work work)
    {
        if (_turn.TryReserve(work))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // The caller has the turn.
    private void TakeTurnOnPool(Work work)
    {
        Cork.Put(_transport);
        try
        {
            BeginTurn();
            Do(work);
        }
        catch (Exception e)
        {
            // A bug of ours ends its connection, as it does on a transport's thread, and not the process.
            HandlerFailed(e);
            _transport.Abort();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(_outerContext);
            Cork.Pull();
        }

        var resumes = _isResumeOwed && !_isPaused;
        _isResumeOwed &= !resumes;
        if (_turn.TryLeave())
        {
            if (resumes)
            {
                _transport.ResumeReceiving();
            }

            return;
        }

        // What was left meanwhile goes behind the work of others, and what this turn wrote has been sent by then.
        _isResumeOwed |= resumes;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void RunPosted()
    {
        var posted = _posted!.Take();
        foreach (var work in posted)
        {
            work.Execute();
        }

        // What a handler had at hand is not kept until its next await.
        posted.Clear();
    }

    /// <summary>What handlers have left to do later, in order. As work of its own it takes the turn for all that waits.</summary>
    private sealed class PostedWork(ConnectionDriver driver) : IThreadPoolWorkItem
    {
        private readonly Lock _gate = new();
        private List<IThreadPoolWorkItem> _waiting = [];
        private List<IThreadPoolWorkItem> _taken = [];

        public void Execute() => driver.Perform(Work.Posted);

        internal void Add(IThreadPoolWorkItem work)
        {
            lock (_gate)
            {
                _waiting.Add(work);
            }
        }

        /// <returns>Valid until the next call, and to be cleared before it.</returns>
        internal List<IThreadPoolWorkItem> Take()
        {
            lock (_gate)
            {
                (_waiting, _taken) = (_taken, _waiting);
            }

            return _taken;
        }
    }
}
