namespace Switchboard.Rooms.WebSockets;

/// <summary>Closes a connection when its identity expires, unless a later one has come. Safe from any thread.</summary>
internal sealed class Expiry(TimeProvider time, ServerWebSocket socket)
{
    // Timers take at most this long; a token for longer than a month is looked at again then.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private DateTimeOffset? _expires;
    private ITimer? _timer;
    private bool _isOver;

    /// <summary>One that runs until the connection ends; null for an identity that does not expire.</summary>
    public static Expiry? Begin(TimeProvider time, ServerWebSocket socket, RoomIdentity identity)
    {
        if (identity.ExpiresAt is null)
        {
            return null;
        }

        var expiry = new Expiry(time, socket);
        socket.OnClose += expiry.End;
        expiry.Set(identity.ExpiresAt);
        return expiry;
    }

    /// <summary>From now on it is this moment; null for never.</summary>
    public void Set(DateTimeOffset? expires)
    {
        lock (_gate)
        {
            _expires = expires;
        }

        Look();
    }

    // Nothing runs any more. If the connection had ended before, this is called soon.
    private void End(CloseCode code, string reason)
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    // A timer may go off in the moment in which a new identity comes: what counts is what holds now.
    private void Look()
    {
        lock (_gate)
        {
            if (_isOver || _expires is not { } expires)
            {
                return;
            }

            var left = expires - time.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                _timer ??= time.CreateTimer(static expiry => ((Expiry)expiry!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(left < Longest ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : Longest, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        socket.Close(RoomCloseCode.Expired, "The token has expired. Come back with a new one.");
    }
}
