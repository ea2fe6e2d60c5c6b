using Switchboard.Connections;

namespace Switchboard.Memory;

/// <summary>What one connection pins, as its budget knows it. Made when it pins something for the first time. Safe from any thread.</summary>
internal sealed class PinnedAccount(MemoryBudget budget, IPinning owner) : IBagged
{
    private const int NotYet = int.MaxValue;

    private long _inbound;
    private long _outbound;
    private volatile bool _isClosed;

    /// <summary>Stands where an account was, or might be made yet, when its owner has ended.</summary>
    internal static PinnedAccount Closed { get; } = new(MemoryBudget.Process, null!) { _isClosed = true };

    internal bool IsClosed => _isClosed;

    internal long Inbound => Volatile.Read(ref _inbound);

    internal long Outbound => Volatile.Read(ref _outbound);

    internal long Bytes => Inbound + Outbound;

    public int BagIndex { get; set; } = NotYet;

    /// <summary>Whether the budget may close its owner: from the first time on that something is pinned.</summary>
    internal bool IsRegistered => BagIndex != NotYet;

    /// <summary>What an unfinished message, a handshake and bytes that wait for a handler pin now.</summary>
    internal void SetInbound(long bytes) => Set(ref _inbound, bytes);

    /// <summary>What waits for the peer to read it now.</summary>
    internal void SetOutbound(long bytes) => Set(ref _outbound, bytes);

    /// <summary>Nothing is pinned any more, or will be soon; what is told after it counts for nothing.</summary>
    internal void Close()
    {
        _isClosed = true;
        Clear();
        budget.Remove(this);
    }

    /// <summary>Has the owner end. The budget counts what it pins as free from now on: it will be in a moment.</summary>
    /// <returns>False if it pins nothing any more: then it is left alone.</returns>
    internal bool TryRelinquish()
    {
        var (inbound, outbound) = (Inbound, Outbound);
        if (inbound + outbound == 0)
        {
            return false;
        }

        Close();
        owner.Relinquish(inbound + outbound, isBacklog: outbound > inbound);
        return true;
    }

    private void Set(ref long pinned, long bytes)
    {
        if (_isClosed)
        {
            return;
        }

        budget.Add(this, bytes - Interlocked.Exchange(ref pinned, bytes));
        if (_isClosed)
        {
            // It was closed at the same moment.
            Clear();
        }
    }

    private void Clear() => budget.Add(this, -Interlocked.Exchange(ref _inbound, 0) - Interlocked.Exchange(ref _outbound, 0));
}
