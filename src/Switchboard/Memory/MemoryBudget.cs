using Switchboard.Protocol.Extensions.PermessageDeflate;

namespace Switchboard;

/// <summary>
/// How much memory the connections of a process may pin together. One budget, <see cref="Process"/>, is for all servers and clients that are
/// not given another. Safe from any thread.
/// </summary>
public sealed class MemoryBudget
{
    private const int WindowShare = 16;

    /// <summary>Makes a budget with the default limits, which follow from the memory that the process may have.</summary>
    public MemoryBudget()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        Windows = new WindowBudget(available / WindowShare);
    }

    /// <summary>The budget of whoever is not given another.</summary>
    public static MemoryBudget Process { get; } = new();

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
}
