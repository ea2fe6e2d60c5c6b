using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Transports;

/// <summary>
/// Serializes the writers of one transport: <c>using (transport.Gate.Enter()) { … }</c>. Made for the time of a copy, taken for each
/// message, and almost never contended: four bytes, one interlocked instruction in and none out, half the cost of a lock. It is
/// not reentrant, and neither a system call nor anybody else's code belongs inside.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "Nobody compares two of them.")]
public struct WriteGate
{
    private int _isHeld;

    /// <summary>Waits until nobody else is inside. Leave by disposing what it returns, once.</summary>
    [UnscopedRef]
    public Hold Enter()
    {
        if (Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0)
        {
            Wait();
        }

        return new Hold(ref this);
    }

    private void Wait()
    {
        // Spins for as long as a small copy takes, then lets others run: perhaps the one who is inside.
        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref _isHeld) != 0 || Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0);
    }

    /// <summary>Being inside.</summary>
    public readonly ref struct Hold
    {
        private readonly ref WriteGate _gate;

        internal Hold(ref WriteGate gate) => _gate = ref gate;

        /// <summary>Leaves.</summary>
        public void Dispose() => Volatile.Write(ref _gate._isHeld, 0);
    }
}
