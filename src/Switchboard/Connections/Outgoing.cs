using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <summary>Something to be written: a message, a message that is framed already, or a ping.</summary>
internal readonly ref struct Outgoing
{
    private readonly Opcode _opcode;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isFramed;

    private Outgoing(Opcode opcode, ReadOnlySpan<byte> bytes, int payloadLength, bool isFramed = false)
    {
        _opcode = opcode;
        _bytes = bytes;
        _isFramed = isFramed;
        PayloadLength = payloadLength;
    }

    internal int PayloadLength { get; }

    internal static Outgoing Message(MessageType type, ReadOnlySpan<byte> payload) =>
        new(type == MessageType.Text ? Opcode.Text : Opcode.Binary, payload, payload.Length);

    internal static Outgoing Prepared(PreparedMessage message) =>
        new(message.Type == MessageType.Text ? Opcode.Text : Opcode.Binary, message.Frame, message.PayloadLength, isFramed: true);

    internal static Outgoing Ping(ReadOnlySpan<byte> payload) => new(Opcode.Ping, payload, 0);

    /// <summary>A copy that can wait.</summary>
    internal PendingSend ToPending() =>
        new(_opcode == Opcode.Text ? MessageType.Text : MessageType.Binary, _bytes[^PayloadLength..].ToArray(), isCopy: true);

    internal bool WriteTo(ITransport output, ProtocolConnection protocol) =>
        _isFramed ? protocol.WritePrepared(output, _bytes)
        : _opcode == Opcode.Ping ? protocol.WritePing(output, _bytes)
        : protocol.WriteMessage(output, _opcode, _bytes);
}
