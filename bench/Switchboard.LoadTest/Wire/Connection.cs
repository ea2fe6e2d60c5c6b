namespace Switchboard.LoadTest.Wire;

/// <summary>One connection from the client's side. It begins to open at construction; nothing here ever waits.</summary>
internal sealed class Connection : IDisposable
{
    private const int LongestHead = 4096;
    private static readonly byte[] CloseFrame = Frames.Single(Opcode.Close, [0x03, 0xE8]); // 1000, normal closure

    private readonly Socket _socket = new();
    private readonly SecureSocket? _secure;
    private readonly Replies _replies;
    private OpeningHandshake? _opening;
    private byte[] _head = [];
    private ReadOnlyMemory<byte> _outgoing;
    private int _sent;

    /// <param name="url">Where to.</param>
    /// <param name="source">The address to come from, in network order.</param>
    /// <param name="handshake">None for a raw server, whose connections are open from the start.</param>
    /// <param name="replies">What is to be received.</param>
    public Connection(LoopbackUrl url, uint source, OpeningHandshake? handshake, Replies replies)
    {
        _replies = replies;
        _opening = handshake;
        try
        {
            _socket.Connect(url, source);
            _secure = url.IsSecure ? new SecureSocket(_socket) : null;
            if (handshake is not null)
            {
                Send(handshake.Request);
            }
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public int Descriptor => _socket.Descriptor;

    public bool IsOpen => _opening is null;

    public bool IsSending => _sent < _outgoing.Length;

    /// <summary>Begins to send frames; whether all of them went. If not, <see cref="ContinueSending"/> once there is space.</summary>
    public bool Send(ReadOnlyMemory<byte> frames)
    {
        _outgoing = frames;
        _sent = 0;
        return ContinueSending();
    }

    public bool ContinueSending()
    {
        while (IsSending)
        {
            var taken = Take(_outgoing.Span[_sent..]);
            if (taken == 0)
            {
                return false;
            }

            _sent += taken;
        }

        return true;
    }

    /// <summary>One receive into <paramref name="scratch"/>; how many messages it completed.</summary>
    public int Receive(Span<byte> scratch)
    {
        var received = Fill(scratch);
        if (received <= 0)
        {
            return received < 0 ? 0 : throw new RunFailedException("The server ended a connection without a close frame.");
        }

        ReadOnlySpan<byte> bytes = scratch[..received];
        if (_opening is not null && !TakeHead(ref bytes))
        {
            return 0;
        }

        var messages = _replies.Read(bytes);
        if (_replies.PongDue is not null && !IsSending)
        {
            AnswerPing(_replies.PongDue);
        }

        return messages;
    }

    /// <summary>Says that this was it; whoever does so listens with <see cref="IsOver"/> from then on.</summary>
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

    /// <summary>Whether the server has answered the close frame, or gone.</summary>
    public bool IsOver(Span<byte> scratch)
    {
        try
        {
            return Fill(scratch) >= 0;
        }
        catch (RunFailedException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        _secure?.Dispose();
        _socket.Dispose();
    }

    private int Take(ReadOnlySpan<byte> bytes) => _secure is null ? _socket.Send(bytes) : _secure.Send(bytes);

    private int Fill(Span<byte> scratch) => _secure is null ? _socket.Receive(scratch) : _secure.Receive(scratch);

    private void AnswerPing(byte[] pong)
    {
        var taken = Take(pong);
        if (taken > 0)
        {
            _replies.PongDue = taken == pong.Length ? null : throw new RunFailedException("A pong was cut short by a full send buffer.");
        }
    }

    /// <summary>Whether the answer to the handshake is complete; what follows it stays in <paramref name="bytes"/>.</summary>
    private bool TakeHead(ref ReadOnlySpan<byte> bytes)
    {
        var before = _head.Length;
        ReadOnlySpan<byte> head = before == 0 ? bytes : (_head = [.. _head, .. bytes]);
        var length = _opening!.Check(head);
        if (length == 0)
        {
            _head = before == 0 ? bytes.ToArray() : _head;
            return _head.Length < LongestHead ? false : throw new RunFailedException("The server's answer to the handshake has no end.");
        }

        _opening = null;
        _head = [];
        bytes = bytes[(length - before)..];
        return true;
    }
}
