using Switchboard.Diagnostics;

namespace Switchboard;

/// <content>Its events, and where they run: in the connection's own turn, or on the context of the construction.</content>
public sealed partial class WebSocket
{
    /// <summary>The connection is open. A handler that is attached later is called soon, too.</summary>
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

            RunSoon(value);
        }

        remove
        {
            lock (_gate)
            {
                _onOpen -= value;
            }
        }
    }

    /// <summary>
    /// The connection has failed: raised before <see cref="WebSocketConnection.OnClose"/>, with the reason, which a browser would not
    /// tell. A handler that is attached later is called soon, too.
    /// </summary>
    public event Action<WebSocketFailure>? OnError
    {
        add
        {
            lock (_gate)
            {
                _onError += value;
                if (value is null || !_isErrorRaised)
                {
                    return;
                }
            }

            RunSoon(() => value(Failure!));
        }

        remove
        {
            lock (_gate)
            {
                _onError -= value;
            }
        }
    }

    private protected override ValueTask RaiseOpenAsync()
    {
        var opening = _hasContext
            ? new ValueTask(_events.Post(() =>
            {
                RaiseOpen();
                return default;
            }))
            : default;
        if (!_hasContext)
        {
            RaiseOpen();
        }

        return IsListening ? opening : WaitForListenerAsync(opening);
    }

    private async ValueTask WaitForListenerAsync(ValueTask opening)
    {
        await opening.ConfigureAwait(false);
        await Task.Delay(PatienceForHandlers, _options.TimeProvider).ConfigureAwait(false);
    }

    private void RaiseOpen()
    {
        Action? handlers;
        lock (_gate)
        {
            // WHATWG: who has closed meanwhile is not told that it is open.
            if (_state != ReadyState.Connecting)
            {
                return;
            }

            _state = ReadyState.Open;
            handlers = _onOpen;
        }

        if (handlers is not null)
        {
            InTurn(handlers);
        }
    }

    private protected override ValueTask RaiseMessage(MessageView message)
    {
        if (!_hasContext)
        {
            return RaiseMessageHere(message);
        }

        if (!IsListening)
        {
            return default;
        }

        // Nothing is read meanwhile: a window that is busy slows the server down.
        var copy = message.ToMessage();
        return new ValueTask(_events.Post(() =>
        {
            Cork();
            try
            {
                return RaiseMessageHere(new MessageView(copy.Type, copy.Data.Span));
            }
            finally
            {
                Transports.Cork.Pull();
            }
        }));
    }

    private ValueTask RaiseMessageHere(MessageView message)
    {
        // WHATWG: a message is delivered only while OPEN.
        if (_state != ReadyState.Open)
        {
            return default;
        }

        _turn.Begin();
        try
        {
            return base.RaiseMessage(message);
        }
        finally
        {
            _turn.End();
        }
    }

    private protected override void RaiseDrain() => Raise(() => base.RaiseDrain());

    private protected override void RaisePong(ReadOnlySpan<byte> payload)
    {
        if (!_hasContext)
        {
            base.RaisePong(payload);
        }
        else if (HasPongHandlers)
        {
            var copy = payload.ToArray();
            _events.Post(() => base.RaisePong(copy));
        }
    }

    // WHATWG: CLOSING when the closing handshake starts, whoever starts it.
    private protected override void RaiseClosing() => Raise(StartClosing);

    private protected override void RunSoon(Action handler)
    {
        if (_hasContext || Driver is null)
        {
            _events.Post(handler);
        }
        else
        {
            base.RunSoon(handler);
        }
    }

    // Runs what tells the application of something where its events run: now, if that is here.
    private void Raise(Action tell)
    {
        if (_hasContext)
        {
            _events.Post(tell);
        }
        else
        {
            tell();
        }
    }

    private void InTurn(Action handlers)
    {
        _turn.Begin();
        Cork();
        try
        {
            handlers();
        }
        finally
        {
            Transports.Cork.Pull();
            _turn.End();
        }
    }

    /// <summary>A handler threw, or what it had left to do later did: that ends the connection.</summary>
    internal void HandlerFailed(Exception exception)
    {
        if (Driver is { } driver)
        {
            driver.HandlerFailed(exception);
        }
        else
        {
            Log.HandlerFailedWhileConnecting(_logger, exception);
        }
    }
}
