namespace Switchboard.Server;

/// <summary>The opening handshakes that have neither succeeded nor failed: a server that stops does not leave them behind.</summary>
internal sealed class HandshakesUnderWay
{
    private readonly Lock _gate = new();
    private readonly HashSet<OpeningHandshake> _handshakes = [];
    private TaskCompletionSource? _empty;

    /// <returns>False once the server stops.</returns>
    internal bool TryAdd(OpeningHandshake handshake)
    {
        lock (_gate)
        {
            return _empty is null && _handshakes.Add(handshake);
        }
    }

    internal void Remove(OpeningHandshake handshake)
    {
        lock (_gate)
        {
            if (_handshakes.Remove(handshake) && _handshakes.Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Refuses them all, and waits until each has gone: at most for the close timeout, when they cut themselves.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        OpeningHandshake[] handshakes;
        Task empty;
        lock (_gate)
        {
            _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            handshakes = [.. _handshakes];
            if (handshakes.Length == 0)
            {
                _empty.SetResult();
            }

            empty = _empty.Task;
        }

        foreach (var handshake in handshakes)
        {
            handshake.Stop();
        }

        try
        {
            await empty.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            foreach (var handshake in handshakes)
            {
                handshake.Abort();
            }

            await empty.ConfigureAwait(false);
        }
    }
}
