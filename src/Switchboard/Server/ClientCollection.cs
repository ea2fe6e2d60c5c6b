using System.Buffers;
using System.Collections;

namespace Switchboard;

/// <summary>The clients that are connected now. Safe from any thread; enumerating it walks over a snapshot.</summary>
public sealed class ClientCollection : IReadOnlyCollection<ServerWebSocket>
{
    private readonly Lock _gate = new();
    private ServerWebSocket[] _clients = new ServerWebSocket[16];
    private TaskCompletionSource? _empty;

    internal ClientCollection()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

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
            return ((IEnumerable<ServerWebSocket>)_clients[..Count]).GetEnumerator();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(ServerWebSocket client)
    {
        lock (_gate)
        {
            if (Count == _clients.Length)
            {
                Array.Resize(ref _clients, Count * 2);
            }

            client.ClientIndex = Count;
            _clients[Count++] = client;
        }
    }

    internal void Remove(ServerWebSocket client)
    {
        lock (_gate)
        {
            var index = client.ClientIndex;
            if (index < 0)
            {
                return;
            }

            var last = _clients[--Count];
            _clients[index] = last;
            last.ClientIndex = index;
            client.ClientIndex = -1;
            _clients[Count] = null!;
            if (Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Says goodbye to all, and waits until they are gone; whoever is not by then is cut.</summary>
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
        }

        foreach (var client in this)
        {
            client.Close(code, reason);
        }

        try
        {
            // Each connection cuts itself at the close timeout.
            await empty.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            foreach (var client in this)
            {
                client.Abort();
            }

            await empty.ConfigureAwait(false);
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
            Array.Copy(_clients, snapshot, count);
            return snapshot;
        }
    }
}
