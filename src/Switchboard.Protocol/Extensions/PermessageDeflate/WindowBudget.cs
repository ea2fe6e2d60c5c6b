namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>How much memory the windows of all connections may pin together. Safe from any thread.</summary>
/// <param name="limit">In bytes.</param>
internal sealed class WindowBudget(long limit)
{
    private long _limit = limit;
    private long _used;

    internal long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    internal long Used => Volatile.Read(ref _used);

    /// <returns>Null if it would be too much.</returns>
    internal Share? TryReserve(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= Limit)
        {
            return new Share(this, bytes);
        }

        Interlocked.Add(ref _used, -bytes);
        return null;
    }

    /// <summary>What was reserved. Disposed with its connection; a handshake that came to nothing is let go by the finalizer.</summary>
    internal sealed class Share(WindowBudget budget, int bytes) : IDisposable
    {
        private int _bytes = bytes;

        ~Share() => Release();

        /// <summary>Gives back what is beyond this.</summary>
        internal void Keep(int bytes) => Interlocked.Add(ref budget._used, bytes - Interlocked.Exchange(ref _bytes, bytes));

        public void Dispose()
        {
            Release();
            GC.SuppressFinalize(this);
        }

        private void Release() => Interlocked.Add(ref budget._used, -Interlocked.Exchange(ref _bytes, 0));
    }
}
