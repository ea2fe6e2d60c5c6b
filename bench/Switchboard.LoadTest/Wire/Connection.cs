namespace Switchboard.LoadTest.Wire;

/// <summary>One WebSocket connection from the client's side, open from construction to disposal.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly byte[] CloseFrame = Frames.Single(Opcode.Close, [0x03, 0xE8]); // 1000, normal closure

    private readonly Socket _socket = new();
    private readonly ReplyReader _replies;
    private byte[] _outgoing = [];
    private int _sent;

    public Connection(LoopbackUrl url, uint source, ReplyReader replies)
    {
        _replies = replies;
        try
        {
            _socket.Connect(url, source);
            Open(new OpeningHandshake(url));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public int Descriptor => _socket.Descriptor;

    public bool IsSending => _sent < _outgoing.Length;

    /// <summary>Begins to send frames; whether all of them went. If not, <see cref="ContinueSending"/> once there is space.</summary>
    public bool Send(byte[] frames)
    {
        _outgoing = frames;
        _sent = 0;
        return ContinueSending();
    }

    public bool ContinueSending()
    {
        while (IsSending)
        {
            var taken = _socket.SendNow(_outgoing.AsSpan(_sent));
            if (taken == 0)
            {
                return false;
            }

            _sent += taken;
        }

        return true;
    }

    /// <summary>One receive into <paramref name="scratch"/>; how many replies it completed.</summary>
    public int Receive(Span<byte> scratch)
    {
        var received = _socket.ReceiveNow(scratch);
        if (received <= 0)
        {
            return received < 0 ? 0 : throw new RunFailedException("The server ended a connection without a close frame.");
        }

        var messages = _replies.Read(scratch[..received]);
        if (_replies.PongDue is not null && !IsSending)
        {
            AnswerPing(_replies.PongDue);
        }

        return messages;
    }

    /// <summary>Announces the end; disposing then waits for nothing.</summary>
    public void SendClose()
    {
        if (!IsSending)
        {
            try
            {
                Send(CloseFrame);
            }
            catch (RunFailedException)
            {
                // Gone already, which is what was wanted.
            }
        }
    }

    /// <summary>Waits briefly for the server's farewell, so that it is not met by a reset.</summary>
    public void AwaitClose(Span<byte> scratch)
    {
        try
        {
            _ = _socket.Receive(scratch);
        }
        catch (RunFailedException)
        {
            // Whatever it said, the connection is over.
        }
    }

    public void Dispose() => _socket.Dispose();

    private void AnswerPing(byte[] pong)
    {
        var taken = _socket.SendNow(pong);
        if (taken > 0)
        {
            _replies.PongDue = taken == pong.Length ? null : throw new RunFailedException("A pong was cut short by a full send buffer.");
        }
    }

    private void Open(OpeningHandshake handshake)
    {
        if (!Send(handshake.Request))
        {
            throw new RunFailedException("The request did not fit into an empty send buffer.");
        }

        var response = new byte[4096];
        var length = 0;
        int head;
        do
        {
            var received = length < response.Length ? _socket.Receive(response.AsSpan(length)) : 0;
            if (received == 0)
            {
                throw new RunFailedException("The server's answer to the handshake has no end.");
            }

            length += received;
            head = handshake.Check(response.AsSpan(0, length));
        }
        while (head == 0);

        if (_replies.Read(response.AsSpan(head, length - head)) > 0)
        {
            throw new RunFailedException("The server sent a message before it got one.");
        }
    }
}
