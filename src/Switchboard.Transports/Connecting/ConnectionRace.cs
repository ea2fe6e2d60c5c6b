using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Connecting;

/// <summary>
/// Attempts at several addresses, of which the first that connects wins (RFC 8305 §5). The next begins when the one before it has failed, or has
/// not answered for a while; those that are under way go on meanwhile, and end when there is a winner.
/// </summary>
/// <param name="target">What is connected to, to be named in an error.</param>
/// <param name="addresses">At least one, in the order in which they are tried.</param>
/// <param name="connect">Makes one attempt.</param>
/// <param name="timeProvider">The clock of <see cref="AttemptDelay"/>.</param>
internal sealed class ConnectionRace(
    string target, IReadOnlyList<EndPoint> addresses, Func<EndPoint, CancellationToken, ValueTask<ITransport>> connect, TimeProvider timeProvider)
{
    /// <summary>How long an attempt is alone: RFC 8305 §8 recommends 250 ms.</summary>
    internal static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private readonly List<Attempt> _underWay = [];
    private readonly List<(EndPoint Address, Exception Fault)> _failures = [];
    private int _begun;

    private bool HasNext => _begun < addresses.Count;

    internal async Task<ITransport> RunAsync(CancellationToken cancellationToken)
    {
        using var race = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (HasNext || _underWay.Count > 0)
            {
                if (HasNext)
                {
                    Begin(addresses[_begun++], race.Token);
                }

                var next = await NextEndAsync(race.Token).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (next is not { } ended)
                {
                    continue;
                }

                _underWay.Remove(ended);
                try
                {
                    return await ended.Connecting.ConfigureAwait(false);
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    _failures.Add((ended.Address, e));
                }
            }

            throw Failure();
        }
        finally
        {
            await race.CancelAsync().ConfigureAwait(false);
            _underWay.ForEach(static attempt => attempt.Discard());
        }
    }

    private void Begin(EndPoint address, CancellationToken cancellationToken) => _underWay.Add(new Attempt(address, BeginAsync(address, cancellationToken)));

    // What fails at once is a failure like any other.
    private async Task<ITransport> BeginAsync(EndPoint address, CancellationToken cancellationToken) =>
        await connect(address, cancellationToken).ConfigureAwait(false);

    /// <returns>The attempt that has ended; null if it is time for the next one.</returns>
    private async Task<Attempt?> NextEndAsync(CancellationToken cancellationToken)
    {
        var ends = _underWay.Select(Task (attempt) => attempt.Connecting).ToList();
        if (!HasNext)
        {
            await Task.WhenAny(ends).ConfigureAwait(false);
        }
        else
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny([.. ends, Task.Delay(AttemptDelay, timeProvider, waiting.Token)]).ConfigureAwait(false);
            await waiting.CancelAsync().ConfigureAwait(false);
        }

        return _underWay.Find(static attempt => attempt.Connecting.IsCompleted);
    }

    private IOException Failure()
    {
        var last = _failures[^1].Fault;
        return _failures.Count == 1 && _failures[0].Address.ToString() == target
            ? new IOException($"Cannot connect to {target}: {last.Message.TrimEnd('.')}.", last)
            : new IOException($"Cannot connect to {target}: {string.Join("; ", _failures.Select(one => $"{one.Address}: {one.Fault.Message.TrimEnd('.')}"))}.", last);
    }

    private sealed record Attempt(EndPoint Address, Task<ITransport> Connecting)
    {
        /// <summary>It may win yet, before it hears that the race is over: then its connection is closed.</summary>
        internal void Discard() => _ = DiscardAsync();

        private async Task DiscardAsync()
        {
            try
            {
                (await Connecting.ConfigureAwait(false)).Abort();
            }
            catch (Exception)
            {
                // It has failed or was cancelled, which is how the others end.
            }
        }
    }
}
