using System.Buffers.Binary;
using System.Text;
using Switchboard.Conformance.Deflate;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Conversations;

/// <summary>An opened connection to the tested peer: sends frames as they are, and hears messages and control frames.</summary>
internal sealed class Conversation : IDisposable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Line _line;
    private readonly FrameSource _frames;
    private readonly Deflater? _deflater;
    private readonly Inflater? _inflater;
    private readonly MemoryStream _message = new();
    private Frame? _first;
    private bool _hasClosed;

    internal Conversation(Line line, Role tested, Agreement? agreement = null)
    {
        _line = line;
        Tested = tested;
        Agreement = agreement;
        _frames = new FrameSource(line, isMasked: tested == Role.Client);
        if (agreement is not null)
        {
            _frames.Claimed = Frame.Rsv1;
            var (ours, theirs) = tested == Role.Server ? (agreement.Client, agreement.Server) : (agreement.Server, agreement.Client);
            _deflater = new Deflater(ours.WindowBits, ours.TakesOver);
            _inflater = new Inflater(theirs.WindowBits, theirs.TakesOver);
        }
    }

    internal Role Tested { get; }

    /// <summary>The compression that was agreed upon; null for none.</summary>
    internal Agreement? Agreement { get; }

    /// <summary>RFC 6455 §5.1: a client's frames are masked, a server's are not.</summary>
    private bool Masks => Tested == Role.Server;

    internal Task SendAsync(params IEnumerable<Frame> frames) => SendBytesAsync(Bytes(frames));

    internal Task SendChoppedAsync(int size, params IEnumerable<Frame> frames)
    {
        var bytes = Bytes(frames);
        Recording.Add(Agreement, bytes);
        return _line.SendChoppedAsync(bytes, size);
    }

    /// <summary>Sends a frame but for its last bytes, which are never sent.</summary>
    internal Task SendAllButAsync(int heldBack, Frame frame) => SendBytesAsync(Bytes([frame])[..^heldBack]);

    /// <summary>Sends a frame in two pieces, the first of so many bytes.</summary>
    internal async Task SendSplitAsync(int at, Frame frame)
    {
        var bytes = Bytes([frame]);
        await SendBytesAsync(bytes[..at]);
        await SendBytesAsync(bytes[at..]);
    }

    internal Task SendBytesAsync(byte[] bytes)
    {
        Recording.Add(Agreement, bytes);
        return _line.SendAsync(bytes);
    }

    /// <summary>A message compressed as it was agreed, in one frame.</summary>
    internal Frame Compress(Frame message, BlockStyle style) =>
        message with { Payload = _deflater!.Deflate(message.Payload, style), Reserved = Frame.Rsv1 };

    internal void EndSending() => _line.EndSending();

    internal bool IsQuietFor(TimeSpan moment) => _line.IsQuietFor(moment);

    /// <returns>The next message or control frame; null at the end of the connection.</returns>
    internal async Task<Heard?> HearAsync(string awaited)
    {
        while (await _frames.ReadAsync(awaited) is { } frame)
        {
            if (frame.Opcode == Opcode.Ping)
            {
                // It may want to know whether we live; no case waits for it.
                await SendAsync(Frame.Pong(frame.Payload));
                continue;
            }

            if (Opcode.IsControl(frame.Opcode))
            {
                return new Heard(frame.Opcode, frame.Payload);
            }

            // RFC 6455 §5.4.
            if (frame.Opcode == Opcode.Continuation != _first is not null)
            {
                throw new CaseFailedException(_first is null ? "a continuation of nothing" : "a message within a message");
            }

            _first ??= frame;
            _message.Write(frame.Payload);
            if (frame.Fin)
            {
                return Finish();
            }
        }

        return null;
    }

    /// <summary>The next is this message.</summary>
    internal async Task<Heard> HearMessageAsync(int opcode, byte[] data)
    {
        var awaited = $"the {Opcode.Name(opcode)} message of {data.Length} bytes";
        var heard = await HearAsync(awaited);
        if (heard is { Opcode: Opcode.Close, CloseCode: 1008 or 1009 })
        {
            throw new TooLargeException(data.Length, heard.CloseCode);
        }

        if (heard is null || heard.Opcode != opcode || !heard.Data.AsSpan().SequenceEqual(data))
        {
            throw Unexpected(heard, awaited);
        }

        return heard;
    }

    /// <summary>The next is a control frame with this payload.</summary>
    internal async Task HearControlAsync(int opcode, byte[] payload)
    {
        var awaited = $"the {Opcode.Name(opcode)} of {payload.Length} bytes";
        var heard = await HearAsync(awaited);
        if (heard is null || heard.Opcode != opcode || !heard.Data.AsSpan().SequenceEqual(payload))
        {
            throw Unexpected(heard, awaited);
        }
    }

    /// <summary>The next is a close frame with one of these codes (1005 is none), and then the connection ends.</summary>
    internal async Task HearEndAsync(params int[] codes)
    {
        var awaited = $"close {string.Join(" or ", codes)}";
        var heard = await HearAsync(awaited);
        if (heard is not { Opcode: Opcode.Close } || !codes.Contains(heard.CloseCode))
        {
            throw Unexpected(heard, awaited);
        }

        JudgeClose(heard.Data);
        if (!_hasClosed)
        {
            await CloseAsync(heard.Data);
        }

        await HearDisconnectAsync();
    }

    /// <summary>Nothing more comes but the connection's end.</summary>
    internal async Task HearDisconnectAsync()
    {
        if (Tested == Role.Client)
        {
            // RFC 6455 §7.1.1: the server ends first, and here we are it.
            EndSending();
        }

        if (await HearAsync("the end of the connection") is { } more)
        {
            throw Unexpected(more, "the end of the connection");
        }
    }

    /// <summary>Closes in good order: it is answered with the same, and the connection ends.</summary>
    internal async Task CloseInOrderAsync()
    {
        await CloseAsync(Frame.Close(1000).Payload);
        await HearEndAsync(1000);
    }

    internal Task CloseAsync(byte[] body)
    {
        _hasClosed = true;
        return SendAsync(new Frame(Opcode.Close, body));
    }

    /// <summary>A close frame was sent by other means.</summary>
    internal void HasClosed() => _hasClosed = true;

    public void Dispose()
    {
        _line.Dispose();
        _message.Dispose();
    }

    private static CaseFailedException Unexpected(Heard? heard, string awaited) =>
        new($"{heard?.Description ?? "the end of the connection"} instead of {awaited}");

    // RFC 6455 §5.5.1, §7.4: what a peer that we find fault with may say itself.
    private static void JudgeClose(byte[] body)
    {
        if (body.Length == 1)
        {
            throw new CaseFailedException("a close frame whose body has one byte");
        }

        if (body.Length > 2)
        {
            try
            {
                Strict.GetCharCount(body.AsSpan(2));
            }
            catch (DecoderFallbackException)
            {
                throw new CaseFailedException("a close frame whose reason is not UTF-8");
            }
        }

        if (body.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(body) is < 1000 or (>= 1004 and <= 1006) or (>= 1015 and < 3000) or >= 5000)
        {
            throw new CaseFailedException("a close frame with a code that must not be sent");
        }
    }

    private byte[] Bytes(IEnumerable<Frame> frames) => FrameBytes.Of(Masks, frames);

    private Heard Finish()
    {
        var (first, data) = (_first!, _message.ToArray());
        _first = null;
        _message.SetLength(0);
        if ((first.Reserved & Frame.Rsv1) == 0)
        {
            return new Heard(first.Opcode, data);
        }

        try
        {
            return new Heard(first.Opcode, _inflater!.Inflate(data)) { CompressedTo = data.Length };
        }
        catch (InvalidDeflateException e)
        {
            throw new CaseFailedException($"compressed data that cannot be read: {e.Message}");
        }
    }
}
