using Switchboard.Connections;
using Switchboard.Memory;
using Switchboard.Protocol.Extensions.PermessageDeflate;

namespace Switchboard;

/// <summary>
/// How much memory strangers may make a process pin. One budget, <see cref="Process"/>, is for all servers and clients that are not given
/// another. Safe from any thread.
/// </summary>
/// <remarks>
/// Each connection has limits of its own, for a message and for a backlog; this one is for all of them together, so that ten thousand
/// connections which keep within theirs do not bring the process down. When it is passed, the connections that pin most are closed, and
/// whoever pins little, or connects in that moment, is served on.
/// </remarks>
public sealed class MemoryBudget
{
    private const int PinnedShare = 4;
    private const int WindowShare = 16;

    private readonly Lock _gate = new();
    private Bag<PinnedAccount> _accounts = new();
    private long _maxPinnedBytes;
    private long _pinnedBytes;
    private int _isReclaiming;

    /// <summary>Makes a budget with the default limits, which follow from the memory that the process may have.</summary>
    public MemoryBudget()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        _maxPinnedBytes = available / PinnedShare;
        Windows = new WindowBudget(available / WindowShare);
    }

    /// <summary>The budget of whoever is not given another.</summary>
    public static MemoryBudget Process { get; } = new();

    /// <summary>
    /// The most bytes that unfinished messages, opening handshakes, bytes that wait for a handler, and backlogs may pin together. Beyond it the
    /// connections that pin most are ended, until an eighth of it is free: with 1013, or cut if they do not read. Default a quarter of the
    /// memory that the process may have; zero for no limit.
    /// </summary>
    public long MaxPinnedBytes
    {
        get => Volatile.Read(ref _maxPinnedBytes);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Volatile.Write(ref _maxPinnedBytes, value);
        }
    }

    /// <summary>The bytes that are pinned now. A backlog counts in steps of 4 KiB, and without what it shares with others: broadcasts.</summary>
    public long PinnedBytes => Math.Max(0, Volatile.Read(ref _pinnedBytes));

    /// <summary>
    /// The most bytes that compression windows of connections may have together (<see cref="CompressionWindows.Dedicated"/>). Beyond it new
    /// connections are compressed without. Default a sixteenth of the memory that the process may have; zero for none.
    /// </summary>
    public long MaxWindowBytes
    {
        get => Windows.Limit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Windows.Limit = value;
        }
    }

    /// <summary>The bytes that compression windows of connections have now, as estimated when they were agreed on.</summary>
    public long WindowBytes => Windows.Used;

    internal WindowBudget Windows { get; }

    internal void Add(PinnedAccount account, long bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        Interlocked.Add(ref _pinnedBytes, bytes);
        if (bytes < 0)
        {
            return;
        }

        if (!account.IsRegistered)
        {
            Register(account);
        }

        if (IsPassed)
        {
            Reclaim();
        }
    }

    internal void Remove(PinnedAccount account)
    {
        lock (_gate)
        {
            _accounts.Remove(account);
        }
    }

    private void Register(PinnedAccount account)
    {
        lock (_gate)
        {
            if (!account.IsRegistered && !account.IsClosed)
            {
                _accounts.Add(account);
            }
        }
    }

    private bool IsPassed => MaxPinnedBytes is > 0 and var limit && PinnedBytes > limit;

    // One thread is enough for it; the others go on. What they added while it was at its end it sees when it looks once more.
    private void Reclaim()
    {
        for (var hasClosed = true; hasClosed && IsPassed;)
        {
            if (Interlocked.Exchange(ref _isReclaiming, 1) != 0)
            {
                return;
            }

            try
            {
                hasClosed = CloseLargest();
            }
            finally
            {
                Volatile.Write(ref _isReclaiming, 0);
            }
        }
    }

    /// <returns>Whether there was anything to close.</returns>
    private bool CloseLargest()
    {
        PinnedAccount[] accounts;
        lock (_gate)
        {
            accounts = _accounts.Items.ToArray();
        }

        // What they pin changes while they are sorted, so it is looked at once.
        var sizes = Array.ConvertAll(accounts, static account => -account.Bytes);
        Array.Sort(sizes, accounts);
        var limit = MaxPinnedBytes;
        var hasClosed = false;
        for (var i = 0; i < accounts.Length && sizes[i] < 0 && PinnedBytes > limit - (limit / 8); i++)
        {
            hasClosed |= accounts[i].TryRelinquish();
        }

        return hasClosed;
    }
}
