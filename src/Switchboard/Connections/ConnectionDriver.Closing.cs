using Switchboard.Diagnostics;
using Switchboard.Protocol.Connection;

namespace Switchboard.Connections;

/// <content>Ending: the closing handshake (RFC 6455 §7), failures, and the transport's end. The first cause is the one reported.</content>
internal sealed partial class ConnectionDriver
{
    private CloseOutcome? _outcome;
    private Exception? _transportFault;

    // The transport takes nothing more.
    private volatile bool _isEnded;

    // The owner was told.
    private bool _isClosed;

    internal ReadyState ReadyState =>
        _isEnded ? ReadyState.Closed
        : _protocol.Phase == ConnectionPhase.Open ? ReadyState.Open
        : ReadyState.Closing;

    private bool IsOpen => !_isEnded && !_protocol.IsCloseSent;

    /// <summary>Begins the closing handshake, behind all that was sent before. Does nothing if it has begun.</summary>
    internal void Close(CloseCode code, string reason)
    {
        if (WriteClose(code, reason))
        {
            FlushSoon();
            StopWaitingForHandlers();
        }
    }

    /// <summary>Ends the connection now.</summary>
    internal void Abort(FailureKind kind, string reason)
    {
        SetOutcome(CloseOutcome.Abnormal(kind, reason));
        _transport.Abort();
    }

    public void OnClosed(Exception? fault)
    {
        _transportFault = fault;
        using (_transport.Gate.Enter())
        {
            _isEnded = true;
            _sends?.Complete(Taken);
            _sends?.End();
            _pings?.End(Ended());
        }

        if (_isReceiving)
        {
            // The batch that it ended in.
            _isReceiving = false;
            if (_runsOnPool)
            {
                LeaveToPool(Work.Held);
            }
            else
            {
                FinishTurn(isReceiving: true);
            }
        }

        Perform(Work.Closed);
    }

    // RFC 6455 §7.1.7: a close frame that says why, and then the end.
    private void Fail(CloseOutcome outcome)
    {
        if (SetOutcome(outcome) && WriteClose(outcome.Code, outcome.Reason))
        {
            _owner.OnClosing();
            FlushSoon();
            StopWaitingForHandlers();
        }
    }

    private bool WriteClose(CloseCode code, string reason)
    {
        using (_transport.Gate.Enter())
        {
            if (!IsOpen)
            {
                return false;
            }

            // RFC 6455 §5.5.1: nothing follows a close frame, so what waits for room goes before it. It may come into the middle of a message
            // (§5.4), but what waits behind one that is not ended cannot.
            _sends?.WriteWaiting(send => send is StreamedSend ? null : Write(send));
            var before = _transport.Unsent;
            _protocol.WriteClose(_transport, code, reason);
            _written += _transport.Unsent - before;
        }

        StartCloseDeadline();
        return true;
    }

    private void PeerClosed(in ProtocolEvent received)
    {
        SetOutcome(CloseOutcome.Clean(received.Code, received.Reason ?? ""));
        WriteReply(received);
        _owner.OnClosing();
        EndTransport();
    }

    private void PeerFailed(in ProtocolEvent received)
    {
        Log.ProtocolError(_settings.Logger, _id, (int)received.Code, received.Reason!);
        var kind = received.Code == CloseCode.MessageTooBig ? FailureKind.Limit : FailureKind.Protocol;
        SetOutcome(CloseOutcome.Failed(kind, received.Code, received.Reason!));
        WriteReply(received);
        _owner.OnClosing();
        EndTransport();
    }

    private void EndTransport()
    {
        StartCloseDeadline();

        // RFC 6455 §7.1.1: the server ends the TCP connection, and the client waits for that. Bytes of the peer that are still
        // under way are read and dropped meanwhile: unread, they would turn our end into a reset, and our close frame be lost.
        if (_settings.EndsTransport || _outcome is { WasClean: false })
        {
            _transport.Shutdown();
        }
    }

    // Someone who closes may be inside a handler that is awaited, and the peer's answer must be read.
    private void StopWaitingForHandlers() => ContinueReceiving(Volatile.Read(ref _currentPause));

    private void Overflow()
    {
        if (_settings.BacklogPolicy == BacklogPolicy.Drop)
        {
            return;
        }

        Log.BacklogFull(_settings.Logger, _id, _settings.MaxBacklogBytes);
        Fail(CloseOutcome.Failed(FailureKind.Backlog, CloseCode.TryAgainLater, "The peer reads too slowly: its backlog is full."));
    }

    private bool SetOutcome(CloseOutcome outcome)
    {
        using (_transport.Gate.Enter())
        {
            if (_outcome is not null)
            {
                return false;
            }

            _outcome = outcome;
            return true;
        }
    }

    /// <summary>What is told to whom the end meets in the middle of something.</summary>
    internal ConnectionClosedException Ended() => new(_outcome ?? (_isEnded ? Lost : CloseOutcome.Closing));

    private CloseOutcome Lost => CloseOutcome.Abnormal(
        FailureKind.ConnectionLost,
        _transportFault is null ? "The peer ended the connection without a closing handshake." : $"The connection was lost: {_transportFault.Message}",
        _transportFault);

    private void RaiseClosed()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _settings.Pulse.Remove(this);
        _protocol.Release();
        _deflate?.Dispose();
        _held.Clear();
        _unheard = null;
        CloseAccount();
        SetOutcome(Lost);
        Guard(HandlerKind.Close, static (owner, outcome) => owner.OnClosed(outcome), _outcome!);
    }
}
