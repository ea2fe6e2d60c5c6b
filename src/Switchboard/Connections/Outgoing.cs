using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <summary>Something to be written: a message, a message that was framed for many, or a ping.</summary>
internal readonly ref struct Outgoing
{
    private readonly Opcode _opcode;
    private readonly ReadOnlySpan<byte> _payload;
    private readonly SharedBytes _frame;
    private readonly bool _isFramed;
    private readonly bool _isCompressed;

    private Outgoing(Opcode opcode, ReadOnlySpan<byte> payload, int payloadLength, bool isCompressed)
    {
        _opcode = opcode;
        _payload = payload;
        _isCompressed = isCompressed;
        PayloadLength = payloadLength;
    }

    private Outgoing(Opcode opcode, scoped in SharedBytes frame, int payloadLength, bool isCompressed)
    {
        _opcode = opcode;
        _isCompressed = isCompressed;
        _frame = frame;
        _isFramed = true;
        PayloadLength = payloadLength;
    }

    internal int PayloadLength { get; }

    /// <param name="type">The message's.</param>
    /// <param name="payload">The message, or what it was compressed to.</param>
    /// <param name="isCompressed">Which of them.</param>
    internal static Outgoing Message(MessageType type, ReadOnlySpan<byte> payload, bool isCompressed) =>
        new(OpcodeOf(type), payload, payload.Length, isCompressed);

    /// <param name="type">The message's.</param>
    /// <param name="frame">The whole frame. What is not sent at once is referred to, not copied.</param>
    /// <param name="payloadLength">How many of the frame's bytes are payload.</param>
    /// <param name="isCompressed">Whether they are compressed.</param>
    internal static Outgoing Framed(MessageType type, scoped in SharedBytes frame, int payloadLength, bool isCompressed) =>
        new(OpcodeOf(type), frame, payloadLength, isCompressed);

    internal static Outgoing Ping(ReadOnlySpan<byte> payload) => new(Opcode.Ping, payload, payloadLength: 0, isCompressed: false);

    internal static Opcode OpcodeOf(MessageType type) => type == MessageType.Text ? Opcode.Text : Opcode.Binary;

    /// <summary>A copy that can wait.</summary>
    internal PendingSend ToPending()
    {
        var bytes = _isFramed ? _frame.Span : _payload;
        return new(_opcode == Opcode.Text ? MessageType.Text : MessageType.Binary, bytes[^PayloadLength..].ToArray(), _isCompressed)
        {
            IsCopy = true,
        };
    }

    internal bool WriteTo(ITransport output, ProtocolConnection protocol)
    {
        if (!_isFramed)
        {
            return _opcode == Opcode.Ping ? protocol.WritePing(output, _payload) : protocol.WriteMessage(output, _opcode, _payload, _isCompressed);
        }

        if (!protocol.AdmitsPrepared())
        {
            return false;
        }

        output.Write(_frame);
        return true;
    }
}
