namespace Switchboard;

/// <content>One connection after the other.</content>
public sealed partial class ReconnectingWebSocket
{
    private ITimer? _timer;
    private long _openedAt;

    // From the end of a connection to the next attempt: the handlers were told.
    private bool _isWaiting;

    private async Task ConnectAsync(string url)
    {
        try
        {
            if (_reconnect.BuildUrl is { } build)
            {
                url = await build(_end, _ending.Token).ConfigureAwait(false);
            }

            lock (_gate)
            {
                if (_state != ReadyState.Connecting)
                {
                    return;
                }

                Attach(new WebSocket(url, _options, _context));
            }
        }
        catch (Exception e)
        {
            var failure = new WebSocketFailure(FailureKind.Handler, $"The URL of the connection could not be built: {e.Message}", e);
            _events.Post(() => Ended(new Disconnection(CloseCode.AbnormalClosure, "", failure)));
        }
    }

    private void Attach(WebSocket socket)
    {
        _current = socket;
        Url = socket.Url;
        _isQueueSent = false;
        socket.OnOpen += Opened;
        socket.OnDrain += () => OnDrain?.Invoke();
        socket.OnPong += payload => OnPong?.Invoke(payload);
        socket.OnClose += (code, reason) => Ended(new Disconnection(code, reason, socket.Failure));
        RelayMessages();
    }

    private void Opened()
    {
        Action? handlers;
        lock (_gate)
        {
            if (_state != ReadyState.Connecting)
            {
                return;
            }

            _state = ReadyState.Open;
            _openedAt = _options.TimeProvider.GetTimestamp();
            _openingThread = Environment.CurrentManagedThreadId;
            handlers = _onOpen;
        }

        try
        {
            handlers?.Invoke();
        }
        finally
        {
            lock (_gate)
            {
                _openingThread = 0;
                _queue.SendTo(_current!);
                _isQueueSent = _queue.IsEmpty;
                AnnounceChange();
            }
        }
    }

    // In an event of ours, as all that calls handlers is.
    private void Ended(Disconnection end)
    {
        lock (_gate)
        {
            if (_state == ReadyState.Open)
            {
                if (_options.TimeProvider.GetElapsedTime(_openedAt) >= _reconnect.HealthyAfter)
                {
                    _backoff.Reset();
                }

                _state = ReadyState.Connecting;
            }

            _current = null;
            _end = end;
        }

        if (_backoff.Attempts >= (_reconnect.MaxAttempts ?? int.MaxValue) || !MayReconnect(end) || !TryAnnounce(ref end, out var handlers))
        {
            Finish(end);
            return;
        }

        try
        {
            handlers?.Invoke(end);
        }
        finally
        {
            TryAgainAfter(end.Delay);
        }
    }

    /// <returns>False if it was closed in the meantime.</returns>
    private bool TryAnnounce(ref Disconnection end, out Action<Disconnection>? handlers)
    {
        var asked = end.RetryAfter(_options.TimeProvider.GetUtcNow()) ?? TimeSpan.Zero;
        lock (_gate)
        {
            handlers = _onReconnecting;
            if (_state != ReadyState.Connecting)
            {
                return false;
            }

            var delay = _backoff.Next();
            delay = delay > asked ? delay : asked;
            end = end with { Attempt = _backoff.Attempts, Delay = delay < ReconnectOptions.LongestDelay ? delay : ReconnectOptions.LongestDelay };
            _end = end;
            _isWaiting = true;
            return true;
        }
    }

    private bool MayReconnect(Disconnection end)
    {
        try
        {
            return _reconnect.ShouldReconnect(end);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
            return end.IsTransient;
        }
    }

    private void TryAgainAfter(TimeSpan delay)
    {
        lock (_gate)
        {
            // Otherwise it was closed in the handler.
            if (_state == ReadyState.Connecting)
            {
                _timer = _options.TimeProvider.CreateTimer(
                    static state => ((ReconnectingWebSocket)state!).TryAgain(), this, delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void TryAgain()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            _isWaiting = false;
        }

        _ = ConnectAsync(Url);
    }

    private void Finish(Disconnection end)
    {
        Action<WebSocketFailure>? onError;
        Action<CloseCode, string>? onClose;
        lock (_gate)
        {
            if (_state == ReadyState.Closed)
            {
                return;
            }

            _state = ReadyState.Closed;
            _end = end;
            onError = end.Failure is null ? null : _onError;
            onClose = _onClose;
            AnnounceChange();
        }

        _ending.Cancel();
        _messages.End();
        try
        {
            onError?.Invoke(end.Failure!);
        }
        finally
        {
            try
            {
                onClose?.Invoke(end.Code, end.Reason);
            }
            finally
            {
                _closed.TrySetResult();
            }
        }
    }
}
