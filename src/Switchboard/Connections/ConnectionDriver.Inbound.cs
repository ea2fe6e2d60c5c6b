using Switchboard.Protocol.Connection;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <summary>What a transport does when it is handed to a connection.</summary>
internal enum Receiving
{
    NotStarted,

    /// <summary>It is in its callback, and will end its batch.</summary>
    Now,

    /// <summary>It was told to pause.</summary>
    Paused,
}

/// <content>Reading: bursts of bytes become messages, one at a time; while a handler is awaited nothing is read.</content>
internal sealed partial class ConnectionDriver
{
    private HeldBytes _held;

    // Whether the transport's thread has the turn, from its first bytes to the end of the batch.
    private bool _isReceiving;

    // Changed in the turn only. The transport is told at the end of its batch, and owed a resume from then on.
    private volatile bool _isPaused;
    private bool _isResumeOwed;

    // Pauses are numbered, so that a handler that ends late does not end the pause of another.
    private int _pauses;
    private int _currentPause;

    // Whether the connection's handler still runs; a message that finds nobody listening meanwhile waits in a pause of its own.
    private volatile bool _isOpening;
    private volatile bool _isOpeningDone;
    private int _openingPause;
    private object? _unheard; // A Message: boxed, for it is rarely there.

    /// <summary>Lets the owner speak first, then reads.</summary>
    /// <param name="early">What the peer sent behind its handshake.</param>
    /// <param name="receiving">What the transport does at this moment.</param>
    internal void Open(Span<byte> early, Receiving receiving)
    {
        Cork.Put(_transport);
        try
        {
            _settings.Pulse.Add(this);
            if (_runsOnPool)
            {
                BeginOnPool(early, receiving);
            }
            else
            {
                Begin(early, receiving);
            }
        }
        finally
        {
            Cork.Pull();
        }
    }

    private void Begin(Span<byte> early, Receiving receiving)
    {
        _turn.Take();
        BeginTurn();
        if (receiving != Receiving.NotStarted)
        {
            _transport.Start(this);
        }

        RaiseOpen();
        Receive(early);
        switch (receiving)
        {
            case Receiving.Now:
                _isReceiving = true;
                break;
            case Receiving.Paused:
                _isResumeOwed = true;
                FinishTurn(isReceiving: false);
                break;
            default:
                FinishTurn(isReceiving: false);
                _transport.Start(this);
                break;
        }
    }

    private void RaiseOpen()
    {
        _running = HandlerKind.Open;
        var opening = Start(static owner => owner.OnOpen());
        if (!opening.IsCompletedSuccessfully || _context.IsHandlerRunning)
        {
            _isOpening = true;
            _ = WatchOpeningAsync(opening);
        }
    }

    public void OnReceived(Span<byte> bytes)
    {
        if (_runsOnPool)
        {
            HoldForPool(bytes);
            return;
        }

        if (!_isReceiving)
        {
            _turn.Take();
            BeginTurn();
            _isReceiving = true;
        }

        Receive(bytes);
    }

    public bool OnBatchEnd()
    {
        if (!_isReceiving)
        {
            return true;
        }

        _isReceiving = false;
        if (_runsOnPool)
        {
            LeaveToPool(Work.Held);
            return false;
        }

        return FinishTurn(isReceiving: true);
    }

    /// <summary>Somebody listens now: a message that waits for that is handed up.</summary>
    internal void StartListening()
    {
        // Seen by the thread that is about to pause, or its pause is seen here.
        Interlocked.MemoryBarrier();
        ContinueReceiving(Volatile.Read(ref _openingPause));
    }

    public void HandlersEnded()
    {
        if (_isOpeningDone)
        {
            _isOpening = false;
            StartListening();
        }
    }

    private void Receive(Span<byte> bytes)
    {
        _hasHeard = true;
        if (!_isPaused)
        {
            Read(ref bytes);
        }

        _held.Append(bytes);
        AccountInbound();
    }

    private void ReadHeld()
    {
        _isPaused = false;
        if (_unheard is Message message)
        {
            _unheard = null;
            HandUp(new MessageView(message.Type, message.Data.Span));
        }

        var bytes = _held.Span;
        Read(ref bytes);
        _held.KeepLast(bytes.Length);
        AccountInbound();
    }

    private void Read(ref Span<byte> bytes)
    {
        while (!_isPaused && _protocol.TryRead(ref bytes, out var received))
        {
            Handle(received);
        }

        if (_isPaused)
        {
            // The message was handed up: what it pinned can go, however long its handler takes.
            _protocol.ReleaseDelivered();
        }
    }

    private void Handle(in ProtocolEvent received)
    {
        switch (received.Kind)
        {
            case ProtocolEventKind.Text:
                HandUp(new MessageView(MessageType.Text, received.Payload));
                break;
            case ProtocolEventKind.Binary:
                HandUp(new MessageView(MessageType.Binary, received.Payload));
                break;
            case ProtocolEventKind.TextPart:
                HandUp(new MessageView(MessageType.Text, received.Payload), isLast: false);
                break;
            case ProtocolEventKind.BinaryPart:
                HandUp(new MessageView(MessageType.Binary, received.Payload), isLast: false);
                break;
            case ProtocolEventKind.Ping:
                WriteReply(received);
                break;
            case ProtocolEventKind.Pong:
                PongCame(received.Payload);
                break;
            case ProtocolEventKind.Close:
                PeerClosed(received);
                break;
            case ProtocolEventKind.Failure:
                PeerFailed(received);
                break;
        }
    }

    // A message, or a part of one that is read as a stream.
    private void HandUp(MessageView message, bool isLast = true)
    {
        // WHATWG: a message is delivered only while OPEN.
        if (_protocol.IsCloseSent)
        {
            return;
        }

        if (_isOpening && !_owner.IsListening)
        {
            WaitForListener(message);
            return;
        }

        ValueTask handling;
        _running = HandlerKind.Message;
        try
        {
            handling = _protocol.HandsUpParts ? _owner.OnPart(message, isLast) : _owner.OnMessage(message);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
            return;
        }

        if (!handling.IsCompletedSuccessfully)
        {
            _ = WatchAsync(handling, Pause());
        }
    }

    // Nobody listens yet, but the connection's handler still runs, and may be about to attach one: the message is not to be missed.
    private void WaitForListener(MessageView message)
    {
        _unheard = message.ToMessage();
        Interlocked.Exchange(ref _openingPause, Pause());
        if (!_isOpening || _owner.IsListening)
        {
            // It did, or ended, on another thread meanwhile, when there was no pause to end yet.
            StartListening();
        }
    }

    private ValueTask Start(Func<IConnectionOwner, ValueTask> call)
    {
        try
        {
            return call(_owner);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    private int Pause()
    {
        _isPaused = true;
        var number = ++_pauses;

        // A full fence: who closes on another thread sees this pause, or is seen here. The handler may have closed itself, too,
        // and wait for the end: the peer's answer must be read.
        Interlocked.Exchange(ref _currentPause, number);
        if (_protocol.IsCloseSent)
        {
            ContinueReceiving(number);
        }

        return number;
    }

    private async Task WatchOpeningAsync(ValueTask opening)
    {
        try
        {
            await opening.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
        }

        _isOpeningDone = true;
        Interlocked.MemoryBarrier();
        if (!_context.IsHandlerRunning)
        {
            HandlersEnded();
        }
    }

    private async Task WatchAsync(ValueTask handling, int pause)
    {
        try
        {
            await handling.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
        }

        ContinueReceiving(pause);
    }

    private void ContinueReceiving(int pause)
    {
        // Not on the caller's stack: it may be the handler's own, and the next handler would pile up on it.
        if (pause != 0 && Interlocked.CompareExchange(ref _currentPause, 0, pause) == pause)
        {
            if (_runsOnPool)
            {
                LeaveToPool(Work.Held);
            }
            else
            {
                _transport.Post(this);
            }
        }
    }
}
