using System.Net.Sockets;

namespace Switchboard.Transports.Linux;

/// <summary>
/// Decides by a connection's first bytes whose it is, where two servers share a port. Called on a loop's thread: be brief, never block.
/// </summary>
public interface IConnectionSorter
{
    /// <summary>Judges what has come so far. It has not been taken from the connection, and comes again with what follows it.</summary>
    /// <param name="bytes">At least one. Valid during the call.</param>
    /// <param name="headLength">If the connection is ours: how many of the bytes to take with it. The rest comes from the transport.</param>
    SortVerdict Sort(ReadOnlySpan<byte> bytes, out int headLength);

    /// <summary>Gets a connection that is ours.</summary>
    /// <param name="head">The bytes that were taken. Valid during the call.</param>
    /// <param name="transport">Not started yet.</param>
    void TakeOurs(ReadOnlySpan<byte> head, ITransport transport);

    /// <summary>Gets a connection that is not ours, as it came: nothing was taken from it, and no loop watches it.</summary>
    /// <param name="handle">From now on the sorter's own. Non-blocking.</param>
    void TakeTheirs(SafeSocketHandle handle);
}
