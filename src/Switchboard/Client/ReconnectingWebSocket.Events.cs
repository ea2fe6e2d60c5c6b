using System.Diagnostics.CodeAnalysis;

namespace Switchboard;

/// <content>Its events, which are those of one connection after the other.</content>
public sealed partial class ReconnectingWebSocket
{
    private Action<MessageView>? _onMessage;
    private Func<Message, ValueTask>? _onMessageAsync;
    private Action? _onOpen;
    private Action<Disconnection>? _onReconnecting;
    private Action<WebSocketFailure>? _onError;
    private Action<CloseCode, string>? _onClose;

    /// <inheritdoc/>
    public event Action? OnOpen
    {
        add
        {
            lock (_gate)
            {
                _onOpen += value;
                if (value is null || _state != ReadyState.Open)
                {
                    return;
                }
            }

            _events.Post(value);
        }

        remove
        {
            lock (_gate)
            {
                _onOpen -= value;
            }
        }
    }

    /// <inheritdoc/>
    public event Action<MessageView>? OnMessage
    {
        add
        {
            lock (_gate)
            {
                _onMessage += value;
                RelayMessages();
            }
        }

        remove
        {
            lock (_gate)
            {
                _onMessage -= value;
                RelayMessages();
            }
        }
    }

    /// <inheritdoc/>
    [SuppressMessage("Naming", "CA1710", Justification = "The suffix says that the handler is awaited.")]
    public event Func<Message, ValueTask>? OnMessageAsync
    {
        add
        {
            lock (_gate)
            {
                _onMessageAsync += value;
                RelayMessages();
            }
        }

        remove
        {
            lock (_gate)
            {
                _onMessageAsync -= value;
                RelayMessages();
            }
        }
    }

    /// <summary>
    /// A connection has ended, or could not be made, and another one will be tried: the argument says why it ended, and when that will be.
    /// Who closes in the handler ends it all. A handler that is attached while it waits is called soon, too.
    /// </summary>
    public event Action<Disconnection>? OnReconnecting
    {
        add
        {
            Disconnection end;
            lock (_gate)
            {
                _onReconnecting += value;
                if (value is null || !_isWaiting)
                {
                    return;
                }

                end = _end!;
            }

            _events.Post(() => value(end));
        }

        remove
        {
            lock (_gate)
            {
                _onReconnecting -= value;
            }
        }
    }

    /// <inheritdoc/>
    public event Action? OnDrain;

    /// <inheritdoc/>
    public event Action<ReadOnlySpan<byte>>? OnPong;

    /// <inheritdoc/>
    public event Action<WebSocketFailure>? OnError
    {
        add
        {
            lock (_gate)
            {
                _onError += value;
                if (value is null || _state != ReadyState.Closed || _end!.Failure is null)
                {
                    return;
                }
            }

            _events.Post(() => value(Failure!));
        }

        remove
        {
            lock (_gate)
            {
                _onError -= value;
            }
        }
    }

    /// <inheritdoc/>
    public event Action<CloseCode, string>? OnClose
    {
        add
        {
            lock (_gate)
            {
                _onClose += value;
                if (value is null || _state != ReadyState.Closed)
                {
                    return;
                }
            }

            _events.Post(() => value(_end!.Code, _end.Reason));
        }

        remove
        {
            lock (_gate)
            {
                _onClose -= value;
            }
        }
    }

    // The connection's own events have a handler if ours have: it drops what nobody listens for, and waits for who comes late. Under the gate.
    private void RelayMessages()
    {
        if (_current is { } socket)
        {
            socket.OnMessage -= Relay;
            socket.OnMessageAsync -= RelayAsync;
            socket.OnMessage += _onMessage is null ? null : Relay;
            socket.OnMessageAsync += _onMessageAsync is null ? null : RelayAsync;
        }
    }

    private void Relay(MessageView message) => _onMessage?.Invoke(message);

    private async ValueTask RelayAsync(Message message)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(_onMessageAsync))
        {
            await handler(message).ConfigureAwait(true);
        }
    }
}
