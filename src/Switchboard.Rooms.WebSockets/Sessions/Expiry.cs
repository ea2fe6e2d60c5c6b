namespace Switchboard.Rooms.WebSockets;

/// <summary>Closes a connection when its identity expires. Nothing runs for identities that do not.</summary>
internal static class Expiry
{
    // Timers take at most this long; a token for longer than a month is looked at again then.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(30);

    public static ITimer? Begin(TimeProvider time, ServerWebSocket socket, RoomIdentity identity)
    {
        if (identity.ExpiresAt is not { } expires)
        {
            return null;
        }

        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                if (Left(time, expires) is var left && left > TimeSpan.Zero)
                {
                    timer?.Change(left, Timeout.InfiniteTimeSpan);
                    return;
                }

                socket.Close(RoomCloseCode.Expired, "The token has expired. Come back with a new one.");
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(Left(time, expires), Timeout.InfiniteTimeSpan);
        return timer;
    }

    private static TimeSpan Left(TimeProvider time, DateTimeOffset expires)
    {
        var left = expires - time.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < _longest ? left : _longest;
    }
}
