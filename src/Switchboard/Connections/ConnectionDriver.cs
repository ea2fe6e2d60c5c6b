using Switchboard.Diagnostics;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <summary>
/// Drives one WebSocket: moves bytes between a transport and the protocol's state machine, and tells its owner what happened.
/// The parts: this file hands the turn around, .Inbound reads, .Outbound writes, .Compression compresses, .Closing ends, .Heartbeat looks at the clock, .Memory tells what is pinned, .Streams is for messages in parts,
/// .Pool is for handlers that run on the thread pool.
/// </summary>
/// <remarks>
/// Two rules keep it simple. Whatever calls the owner happens in the connection's <see cref="Turn"/>, one thread at a time.
/// Whatever writes happens under the transport's gate, which is never held while the owner or the system is called.
/// </remarks>
internal sealed partial class ConnectionDriver : ITransportReceiver, IPulseTarget, IHandlerHost, IThreadPoolWorkItem, IBlockingObserver
{
    private readonly ITransport _transport;
    private readonly ProtocolConnection _protocol;
    private readonly ConnectionSettings _settings;
    private readonly IConnectionOwner _owner;
    private readonly HandlerContext _context;
    private readonly long _id;

    private Turn _turn;
    private SynchronizationContext? _outerContext;

    // Read by another thread when this one seems to be stuck: it may be old, and then nobody is stuck.
    private HandlerKind _running;

    internal ConnectionDriver(
        ITransport transport, Role role, ConnectionSettings settings, IConnectionOwner owner, long id, PermessageDeflate? deflate)
    {
        _transport = transport;
        _settings = settings;
        _runsOnPool = settings.HandlersRunOn == HandlerThread.ThreadPool;
        _owner = owner;
        _id = id;
        _deflate = deflate;
        _longFrom = Math.Min(WriteThroughFrom, deflate?.Threshold ?? int.MaxValue);
        _protocol = new ProtocolConnection(role, settings.Limits, deflate);
        _context = new HandlerContext(this);
        _lastHeard = settings.Pulse.Now;
    }

    internal ITransport Transport => _transport;

    void IThreadPoolWorkItem.Execute()
    {
        if (_runsOnPool)
        {
            TakeTurnOnPool(_turn.TakeWork());
        }
        else
        {
            Perform(Work.Held);
        }
    }

    // Does the work now, or leaves it to the thread that has the turn.
    private void Perform(Work work)
    {
        if (_runsOnPool)
        {
            LeaveToPool(work);
            return;
        }

        if (!_turn.TryTake(work))
        {
            return;
        }

        Cork.Put(_transport);
        try
        {
            BeginTurn();
            Do(work);
            FinishTurn(isReceiving: false);
        }
        finally
        {
            Cork.Pull();
        }
    }

    private void Do(Work work)
    {
        if (work.HasFlag(Work.Open))
        {
            RaiseOpen();
        }

        if (work.HasFlag(Work.Posted))
        {
            RunPosted();
        }

        if (work.HasFlag(Work.Held))
        {
            // On the pool nothing is read before the transport has paused, or has ended.
            _isResumeOwed |= _runsOnPool;
            ReadHeld();
        }

        if (work.HasFlag(Work.Relinquish))
        {
            DoRelinquish();
        }

        if (work.HasFlag(Work.Drain))
        {
            RaiseDrain();
        }

        if (work.HasFlag(Work.Closed))
        {
            RaiseClosed();
        }
    }

    private void BeginTurn()
    {
        _running = HandlerKind.None;
        _outerContext = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
    }

    /// <param name="isReceiving">Whether the transport waits for our answer, and is not to be resumed.</param>
    /// <returns>Whether more is wanted from the transport.</returns>
    private bool FinishTurn(bool isReceiving)
    {
        while (true)
        {
            // Once the transport was told to pause, it is owed one resume, by whoever ends the pause.
            var isPaused = _isPaused;
            var resumes = _isResumeOwed && !isPaused && !isReceiving;
            _isResumeOwed = isReceiving ? isPaused : _isResumeOwed && !resumes;
            SynchronizationContext.SetSynchronizationContext(_outerContext);
            var work = _turn.TryGiveUp();
            if (work == Work.None)
            {
                if (resumes)
                {
                    _transport.ResumeReceiving();
                }

                return !isPaused;
            }

            _isResumeOwed |= resumes;
            BeginTurn();
            Do(work);
        }
    }

    // Runs what belongs to the user. Whatever it throws ends its connection and nothing else.
    private void Guard<T>(HandlerKind kind, Action<IConnectionOwner, T> call, T argument)
        where T : allows ref struct
    {
        _running = kind;
        try
        {
            call(_owner, argument);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
        }
    }

    /// <summary>Runs a handler as the connection's own, but soon instead of now, and outside its turn.</summary>
    internal void RunSoon(Action handler) => _context.Post(static state => ((Action)state!)(), handler);

    public void Post(IThreadPoolWorkItem work)
    {
        if (_runsOnPool)
        {
            PostToPool(work);
        }
        else if (_transport.IsSerial)
        {
            _transport.Post(work);
        }
        else
        {
            // On any thread of the pool, but in the turn: handlers never run two at a time.
            Posted.Add(work);
            _transport.Post(Posted);
        }
    }

    public void OnBlocking(TimeSpan soFar)
    {
        if (_running is not HandlerKind.None and var kind)
        {
            HandlerBlocks(kind == HandlerKind.Open ? _settings.NameOfOpening() : _owner.NameOf(kind), soFar);
        }
    }

    public void HandlerBlocks(string handler, TimeSpan soFar) =>
        Log.HandlerBlocks(_settings.Logger, _id, handler, (long)soFar.TotalMilliseconds);

    public void HandlerFailed(Exception exception)
    {
        Log.HandlerFailed(_settings.Logger, _id, exception);
        Fail(CloseOutcome.Failed(FailureKind.Handler, CloseCode.InternalError, "A handler failed.", exception));
    }
}
