using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Switchboard.Connections;

/// <summary>Pings whose pongs somebody waits for, in the order in which they were sent. Under the transport's gate; made for a connection's first one.</summary>
internal sealed class PendingPings(TimeProvider timeProvider)
{
    // Not guessed by a peer, and not met by the application's own.
    private const int PayloadBytes = sizeof(long);

    private readonly List<PendingPing> _pings = [];

    internal PendingPing Add()
    {
        Span<byte> payload = stackalloc byte[PayloadBytes];
        RandomNumberGenerator.Fill(payload);
        var ping = new PendingPing(payload.ToArray(), timeProvider.GetTimestamp());
        _pings.Add(ping);
        return ping;
    }

    /// <summary>A pong came.</summary>
    /// <returns>Whether somebody has waited for it.</returns>
    internal bool TryAnswer(ReadOnlySpan<byte> payload)
    {
        for (var i = 0; i < _pings.Count; i++)
        {
            if (!payload.SequenceEqual(_pings[i].Payload))
            {
                continue;
            }

            // RFC 6455 §5.5.3: a peer may answer only the last of several pings.
            foreach (var ping in CollectionsMarshal.AsSpan(_pings)[..(i + 1)])
            {
                ping.Answer(timeProvider.GetElapsedTime(ping.SentAt));
            }

            _pings.RemoveRange(0, i + 1);
            return true;
        }

        return false;
    }

    /// <summary>The caller has given up.</summary>
    internal void Cancel(PendingPing ping, CancellationToken cancellationToken)
    {
        _pings.Remove(ping);
        ping.Cancel(cancellationToken);
    }

    /// <summary>The connection has ended: no pong will come.</summary>
    internal void End(Exception exception)
    {
        foreach (var ping in _pings)
        {
            ping.Fail(exception);
        }

        _pings.Clear();
    }

    /// <param name="payload">What the pong will have.</param>
    /// <param name="sentAt">In the clock's own units.</param>
    internal sealed class PendingPing(byte[] payload, long sentAt)
    {
        private readonly TaskCompletionSource<TimeSpan> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal ReadOnlySpan<byte> Payload => payload;

        internal long SentAt => sentAt;

        internal Task<TimeSpan> Task => _completion.Task;

        internal void Answer(TimeSpan roundTrip) => _completion.TrySetResult(roundTrip);

        internal void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

        internal void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
