using System.Buffers;
using System.Collections;
using Switchboard.Connections;

namespace Switchboard;

/// <summary>The clients that are connected now. Safe from any thread; enumerating it walks over a snapshot.</summary>
public sealed class ClientCollection : IReadOnlyCollection<ServerWebSocket>
{
    private readonly Lock _gate = new();
    private Bag<ServerWebSocket> _clients = new();
    private TaskCompletionSource? _empty;

    // What whoever comes after the goodbye to all gets at the door: nobody else would tell it, and the goodbye waits for it.
    private Action<ServerWebSocket>? _farewell;

    internal ClientCollection()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => _clients.Count;

    /// <summary>Sends a text message to all, framed once.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="filter">Who gets it. Default all.</param>
    /// <param name="compress">Whether it may be compressed, once for all who agreed to that. Default true.</param>
    /// <returns>For how many it was queued.</returns>
    public int Broadcast(string text, Func<ServerWebSocket, bool>? filter = null, bool compress = true)
    {
        using var broadcast = Switchboard.Broadcast.Text(text, compress);
        return Give(broadcast, filter);
    }

    /// <summary>Sends a message to all, framed once.</summary>
    /// <param name="data">The payload; it is copied.</param>
    /// <param name="type">Text or binary. Text must be valid UTF-8.</param>
    /// <param name="filter">Who gets it. Default all.</param>
    /// <param name="compress">Whether it may be compressed, once for all who agreed to that. Default true.</param>
    /// <returns>For how many it was queued.</returns>
    public int Broadcast(
        ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, Func<ServerWebSocket, bool>? filter = null, bool compress = true)
    {
        using var broadcast = Switchboard.Broadcast.Bytes(type, data, compress);
        return Give(broadcast, filter);
    }

    /// <summary>Sends a prepared message to all.</summary>
    /// <param name="message">Framed before.</param>
    /// <param name="filter">Who gets it; <c>other =&gt; other != socket</c> leaves one out. Default all.</param>
    /// <returns>For how many it was queued.</returns>
    public int Broadcast(PreparedMessage message, Func<ServerWebSocket, bool>? filter = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var broadcast = Switchboard.Broadcast.Of(message);
        return Give(broadcast, filter);
    }

    /// <inheritdoc/>
    public IEnumerator<ServerWebSocket> GetEnumerator()
    {
        lock (_gate)
        {
            return ((IEnumerable<ServerWebSocket>)_clients.Items.ToArray()).GetEnumerator();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(ServerWebSocket client)
    {
        Action<ServerWebSocket>? farewell;
        lock (_gate)
        {
            _clients.Add(client);
            farewell = _farewell;
        }

        farewell?.Invoke(client);
    }

    internal void Remove(ServerWebSocket client)
    {
        lock (_gate)
        {
            if (_clients.Remove(client) && Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Says goodbye to all, also to those who come from now on, and waits until they are gone; who stays too long is cut.</summary>
    internal async Task CloseAllAsync(CloseCode code, string reason, CancellationToken cancellationToken)
    {
        Task empty;
        lock (_gate)
        {
            _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Count == 0)
            {
                _empty.SetResult();
            }

            empty = _empty.Task;
            _farewell = client => client.Close(code, reason);
        }

        TellAll();

        try
        {
            // Each connection cuts itself at the close timeout.
            await empty.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _farewell = static client => client.Abort();
            }

            TellAll();
            await empty.ConfigureAwait(false);
        }
    }

    private void TellAll()
    {
        foreach (var client in this)
        {
            _farewell!(client);
        }
    }

    private int Give(in Broadcast broadcast, Func<ServerWebSocket, bool>? filter)
    {
        var snapshot = Rent(out var count);
        var queued = 0;
        try
        {
            foreach (var client in snapshot.AsSpan(0, count))
            {
                if ((filter is null || filter(client)) && broadcast.To(client))
                {
                    queued++;
                }
            }
        }
        finally
        {
            ArrayPool<ServerWebSocket>.Shared.Return(snapshot, clearArray: true);
        }

        return queued;
    }

    private ServerWebSocket[] Rent(out int count)
    {
        lock (_gate)
        {
            count = Count;
            var snapshot = ArrayPool<ServerWebSocket>.Shared.Rent(count);
            _clients.Items.CopyTo(snapshot);
            return snapshot;
        }
    }
}
