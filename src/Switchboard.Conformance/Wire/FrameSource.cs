using System.Buffers.Binary;
using System.Globalization;

namespace Switchboard.Conformance.Wire;

/// <summary>Reads the peer's frames, and holds each against the rules for senders.</summary>
/// <param name="line">Behind the handshake.</param>
/// <param name="isMasked">Whether the peer's frames must be masked (RFC 6455 §5.1).</param>
internal sealed class FrameSource(Line line, bool isMasked)
{
    // More than any case makes a peer send: a length that is nonsense must not be believed.
    private const ulong MaxPayload = 64 * 1024 * 1024;

    /// <summary>The reserved bits that an extension has given a meaning.</summary>
    internal int Claimed { get; set; }

    /// <returns>The next frame, unmasked; null at the connection's end.</returns>
    internal async Task<Frame?> ReadAsync(string awaited)
    {
        var head = new byte[2];
        if (!await line.TryReadAsync(head.AsMemory(0, 1), awaited))
        {
            return null;
        }

        await ReadRestAsync(head.AsMemory(1));
        var frame = new Frame(head[0] & 0x0F, []) { Fin = (head[0] & 0x80) != 0, Reserved = (head[0] >> 4) & 0b111 };
        var length = await ReadLengthAsync(head[1] & 0x7F);
        JudgeHeader(frame, (head[1] & 0x80) != 0, length);

        var key = new byte[isMasked ? 4 : 0];
        await ReadRestAsync(key);
        var payload = new byte[length];
        await ReadRestAsync(payload);
        return frame with { Payload = isMasked ? FrameBytes.Masked(payload, key) : payload };
    }

    private async Task<ulong> ReadLengthAsync(int shortForm)
    {
        var size = shortForm switch { 126 => 2, 127 => 8, _ => 0 };
        var bytes = new byte[size];
        await ReadRestAsync(bytes);
        var length = size switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            8 => BinaryPrimitives.ReadUInt64BigEndian(bytes),
            _ => (ulong)shortForm,
        };

        // RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length".
        Judge(size == 0 || length > (size == 2 ? 125u : ushort.MaxValue), "a length that is not in its shortest form", length);
        return length;
    }

    private void JudgeHeader(Frame frame, bool hasMask, ulong length)
    {
        Judge(hasMask == isMasked, hasMask ? "a masked frame from a server" : "an unmasked frame from a client", frame.Opcode);
        Judge((frame.Reserved & ~Claimed) == 0, "a reserved bit that was not agreed upon", frame.Reserved);
        Judge(frame.Opcode is <= 2 or (>= 8 and <= 10), "a reserved opcode", frame.Opcode);
        Judge(!Opcode.IsControl(frame.Opcode) || (frame.Fin && length <= 125), "a control frame that is fragmented or too long", length);
        Judge(frame.Reserved == 0 || frame.Opcode is Opcode.Text or Opcode.Binary, "RSV1 on a frame that does not begin a message", frame.Opcode);
        Judge(length <= MaxPayload, "a length beyond reason", length);
    }

    private static void Judge(bool isGood, string problem, IFormattable detail)
    {
        if (!isGood)
        {
            throw new CaseFailedException($"{problem} ({detail.ToString(null, CultureInfo.InvariantCulture)})");
        }
    }

    private async Task ReadRestAsync(Memory<byte> destination)
    {
        if (!await line.TryReadAsync(destination, "the rest of a frame"))
        {
            throw new CaseFailedException("the connection ended within a frame");
        }
    }
}
