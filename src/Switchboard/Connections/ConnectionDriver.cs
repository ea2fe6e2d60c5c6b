using Switchboard.Diagnostics;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <summary>
/// Drives one WebSocket: moves bytes between a transport and the protocol's state machine, and tells its owner what happened.
/// The parts: this file hands the turn around, .Inbound reads, .Outbound writes, .Closing ends, .Heartbeat looks at the clock.
/// </summary>
/// <remarks>
/// Two rules keep it simple. Whatever calls the owner happens in the connection's <see cref="Turn"/>, one thread at a time.
/// Whatever writes happens under the transport's gate, which is never held while the owner or the system is called.
/// </remarks>
internal sealed partial class ConnectionDriver : ITransportReceiver, IPulseTarget, IHandlerHost, IThreadPoolWorkItem
{
    private readonly ITransport _transport;
    private readonly ProtocolConnection _protocol;
    private readonly ConnectionSettings _settings;
    private readonly IConnectionOwner _owner;
    private readonly HandlerContext _context;
    private readonly long _id;

    private Turn _turn;
    private SynchronizationContext? _outerContext;

    internal ConnectionDriver(
        ITransport transport, Role role, ConnectionSettings settings, IConnectionOwner owner, long id, ReservedBits claims = ReservedBits.None)
    {
        _transport = transport;
        _settings = settings;
        _owner = owner;
        _id = id;
        _protocol = new ProtocolConnection(role, settings.Limits, claims);
        _context = new HandlerContext(this);
        _lastHeard = settings.Pulse.Now;
    }

    internal ITransport Transport => _transport;

    void IThreadPoolWorkItem.Execute() => Perform(Work.Held);

    // Does the work now, or leaves it to the thread that has the turn.
    private void Perform(Work work)
    {
        if (!_turn.TryTake(work))
        {
            return;
        }

        Cork.Put();
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
        if (work.HasFlag(Work.Held))
        {
            ReadHeld();
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
    private void Guard<T>(Action<IConnectionOwner, T> call, T argument)
        where T : allows ref struct
    {
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

    public void Post(IThreadPoolWorkItem work) => _transport.Post(work);

    public void HandlerFailed(Exception exception)
    {
        Log.HandlerFailed(_settings.Logger, _id, exception);
        Fail(new CloseOutcome(CloseCode.InternalError, "A handler failed.", WasClean: false, exception));
    }
}
