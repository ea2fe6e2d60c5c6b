using System.Text;

namespace Switchboard;

/// <content>What is sent: over the connection, if there is one, and else it waits.</content>
public sealed partial class ReconnectingWebSocket
{
    // While it runs handlers of OnOpen, what they send goes before what waits.
    private int _openingThread;
    private bool _isQueueSent;
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Sends a text message, or queues it until there is a connection.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <returns>False if it was not queued: there is no connection and no room in the queue, or it is closing.</returns>
    public bool Send(string text, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Send(Encoding.UTF8.GetBytes(text), MessageType.Text, compress);
    }

    /// <summary>Sends a message of either type, or queues it until there is a connection. The data is copied before this returns.</summary>
    /// <param name="data">The payload; text must be valid UTF-8.</param>
    /// <param name="type">Text or binary. Default binary.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <returns>False if it was not queued: there is no connection and no room in the queue, or it is closing.</returns>
    public bool Send(ReadOnlySpan<byte> data, MessageType type = MessageType.Binary, bool compress = true)
    {
        lock (_gate)
        {
            return _state < ReadyState.Closing
                && ((TryGetOpen() is { } socket && socket.Send(data, type, compress)) || _queue.TryAdd(data, type, compress));
        }
    }

    /// <summary>
    /// Waits for a connection, sends a message, and waits until the system has taken it. Several that wait for a connection at the same time may be
    /// sent in any order.
    /// </summary>
    /// <param name="data">The payload; text must be valid UTF-8. Do not change it before the task is complete.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="compress">Whether it may be compressed. Default true.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// False if the connection ended before the system is known to have taken all of it, or if it has ended for good. The server may have the message then:
    /// it is not sent again by itself.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<bool> SendAsync(
        ReadOnlyMemory<byte> data, MessageType type, bool compress = true, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ValueTask<bool> sending;
            Task? change = null;
            lock (_gate)
            {
                if (_state >= ReadyState.Closing)
                {
                    return false;
                }

                if (TryGetOpen() is { } socket)
                {
                    // Begun under the gate, so that nothing comes between the look at its state and the sending.
                    sending = socket.SendAsync(data, type, compress, cancellationToken);
                }
                else
                {
                    sending = default;
                    change = _change.Task;
                }
            }

            if (change is null)
            {
                return await sending.ConfigureAwait(false);
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, MessageType, bool, CancellationToken)"/>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<bool> SendAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendAsync(Encoding.UTF8.GetBytes(text), MessageType.Text, compress: true, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The payload is longer than 125 bytes (RFC 6455 §5.5).</exception>
    public bool Ping(ReadOnlySpan<byte> payload = default) => _current?.Ping(payload) ?? false;

    // The connection, unless something else is to be sent before. Under the gate.
    private WebSocket? TryGetOpen()
    {
        if (_state != ReadyState.Open || _current is not { ReadyState: ReadyState.Open } socket)
        {
            return null;
        }

        if (!_isQueueSent && _openingThread == 0)
        {
            _queue.SendTo(socket);
            _isQueueSent = _queue.IsEmpty;
        }

        return _isQueueSent || _openingThread == Environment.CurrentManagedThreadId ? socket : null;
    }

    // Who waits for a connection looks again. Under the gate.
    private void AnnounceChange()
    {
        _change.SetResult();
        _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
