using Switchboard.Diagnostics;
using Switchboard.Memory;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <content>Tells the process's budget what this connection pins, and gives it up when the budget asks for it.</content>
internal sealed partial class ConnectionDriver : IPinning
{
    // Smaller backlogs come and go within a burst.
    private const long BacklogStep = 4096;

    private static readonly CloseOutcome OutOfMemory =
        CloseOutcome.Failed(FailureKind.Limit, CloseCode.TryAgainLater, "Memory is short here, and this connection held most of it.");

    // Made when something is pinned for the first time; most connections never have one.
    private PinnedAccount? _account;

    void IPinning.Relinquish(long bytes, bool isBacklog)
    {
        Log.MemoryReclaimed(_settings.Logger, _id, bytes, isBacklog ? "a backlog" : "unfinished messages", _settings.Memory.MaxPinnedBytes);
        if (isBacklog)
        {
            // A peer that does not read what waits for it will not read a close frame behind it either.
            SetOutcome(OutOfMemory);
            _transport.Abort();
            return;
        }

        _transport.Post(new RelinquishWork(this));
    }

    // In the turn, and at the end of whatever may have changed what is pinned.
    private void AccountInbound()
    {
        var pinned = _protocol.PinnedBytes + _held.PinnedBytes + ((_unheard as Message?)?.Data.Length ?? 0);
        if (_isPaused && _protocol.HandsUpParts)
        {
            // Until its reader has read it: that ends the pause.
            pinned += _owner.UnreadBytes;
        }

        if (pinned != (_account?.Inbound ?? 0))
        {
            Account.SetInbound(pinned);
        }
    }

    // After a flush, from any thread. What is only gathered under a cork is no backlog yet: its flush tells.
    private void AccountOutbound()
    {
        var isNothing = _transport.Unsent < BacklogStep && _sends is not { Bytes: > 0 } && _account is not { Outbound: > 0 };
        if (isNothing || Cork.IsOn(_transport))
        {
            return;
        }

        // Until what was told is so: another thread may have told meanwhile what was so before.
        while (_account is not { IsClosed: true } && PinnedOutbound() is var pinned && pinned != (_account?.Outbound ?? 0))
        {
            Account.SetOutbound(pinned);
        }
    }

    // Not what others get too: to close one of them would free nothing. What was lost with the connection stays unsent for ever, but is gone.
    private long PinnedOutbound()
    {
        using (_transport.Gate.Enter())
        {
            return _isEnded ? 0 : (_transport.OwnUnsent + (_sends?.Bytes ?? 0)) & -BacklogStep;
        }
    }

    private PinnedAccount Account =>
        _account ?? Interlocked.CompareExchange(ref _account, new PinnedAccount(_settings.Memory, this), null) ?? _account;

    // Also for one that another thread is about to make.
    private void CloseAccount() => Interlocked.Exchange(ref _account, PinnedAccount.Closed)?.Close();

    private void DoRelinquish()
    {
        Fail(OutOfMemory);
        _protocol.Release();
        _unheard = null;
        if (!_runsOnPool || _isResumeOwed)
        {
            _held.Clear();
        }

        EndTransport();
    }

    private sealed class RelinquishWork(ConnectionDriver driver) : IThreadPoolWorkItem, IBlockingObserver
    {
        public void Execute() => driver.Perform(Work.Relinquish);

        public void OnBlocking(TimeSpan soFar) => driver.OnBlocking(soFar);
    }
}
