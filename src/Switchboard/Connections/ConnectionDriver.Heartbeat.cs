using Switchboard.Diagnostics;

namespace Switchboard.Connections;

/// <content>The clock: pings to a peer that is silent, and deadlines. Times are those of the <see cref="Pulse"/>, in milliseconds.</content>
internal sealed partial class ConnectionDriver
{
    private const long Never = long.MaxValue;

    // Set for each burst, and looked at by the next pulse: a burst does not ask for the time.
    private volatile bool _hasHeard;
    private long _lastHeard;
    private long _pingSent = Never;
    private long _closeDeadline = Never;
    private PendingPings? _pings;

    public int BagIndex { get; set; }

    public void OnPulse(long now)
    {
        if (now >= Volatile.Read(ref _closeDeadline))
        {
            Abort(FailureKind.CloseTimeout, "The closing handshake was not finished in time.");
            return;
        }

        // While a handler runs or is awaited nothing is read: silence is then ours, not the peer's.
        if (_hasHeard || _isPaused || _turn.IsTaken)
        {
            _hasHeard = false;
            _lastHeard = now;
            _pingSent = Never;
        }
        else if (_pingSent != Never)
        {
            if (now - _pingSent >= _settings.PingTimeout.TotalMilliseconds)
            {
                Log.PingTimeout(_settings.Logger, _id, _settings.PingTimeout);
                Abort(FailureKind.PingTimeout, "The peer did not answer a ping in time.");
            }
        }
        else if (_settings.PingInterval > TimeSpan.Zero && now - _lastHeard >= _settings.PingInterval.TotalMilliseconds)
        {
            _pingSent = now;
            Ping([]);
        }
    }

    /// <param name="payload">At most 125 bytes.</param>
    internal bool Ping(ReadOnlySpan<byte> payload)
    {
        using (_transport.Gate.Enter())
        {
            if (!Write(Outgoing.Ping(payload)))
            {
                return false;
            }
        }

        FlushSoon();
        return true;
    }

    /// <returns>How long the answer took to come, by the connection's clock.</returns>
    internal async Task<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingPings.PendingPing ping;
        using (_transport.Gate.Enter())
        {
            if (!IsOpen)
            {
                throw Ended();
            }

            ping = (_pings ??= new PendingPings(_settings.Pulse.TimeProvider)).Add();
            Write(Outgoing.Ping(ping.Payload));
        }

        // Not at the end of the turn: the time that is measured runs.
        Flush();
        using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                using (_transport.Gate.Enter())
                {
                    _pings.Cancel(ping, token);
                }
            },
            null);
        return await ping.Task.ConfigureAwait(false);
    }

    private void PongCame(ReadOnlySpan<byte> payload)
    {
        if (_pings is { } pings)
        {
            using (_transport.Gate.Enter())
            {
                if (pings.TryAnswer(payload))
                {
                    return;
                }
            }
        }

        Guard(HandlerKind.Pong, static (owner, payload) => owner.OnPong(payload), payload);
    }

    private void StartCloseDeadline()
    {
        var deadline = _settings.Pulse.Now + (long)_settings.CloseTimeout.TotalMilliseconds;
        Interlocked.CompareExchange(ref _closeDeadline, deadline, Never);
    }
}
