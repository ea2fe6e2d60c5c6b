using System.Buffers.Binary;
using System.Text;

namespace Switchboard.Conformance.Wire;

/// <summary>How a frame says its length (RFC 6455 §5.2): as the rule wants it, or in one form whether it is the shortest or not.</summary>
internal enum LengthForm
{
    Shortest,
    SixteenBits,
    SixtyFourBits,
}

/// <summary>A frame as it goes over the wire. Nothing keeps it from breaking every rule there is.</summary>
internal sealed record Frame(int Opcode, byte[] Payload)
{
    internal const int Rsv1 = 0b100;

    internal bool Fin { get; init; } = true;

    /// <summary>RSV1, RSV2 and RSV3 as a number of three bits, RSV1 the highest.</summary>
    internal int Reserved { get; init; }

    /// <summary>Whether it is masked where its sender must not, or not masked where it must.</summary>
    internal bool IsMaskedWrongly { get; init; }

    internal LengthForm LengthForm { get; init; }

    /// <summary>The length that its header tells, if it is not the payload's.</summary>
    internal ulong? Announced { get; init; }

    internal static Frame Text(string text) => new(Wire.Opcode.Text, Encoding.UTF8.GetBytes(text));

    internal static Frame Text(byte[] bytes) => new(Wire.Opcode.Text, bytes);

    internal static Frame Binary(byte[] bytes) => new(Wire.Opcode.Binary, bytes);

    internal static Frame Continuation(byte[] bytes) => new(Wire.Opcode.Continuation, bytes);

    internal static Frame Ping(byte[] bytes) => new(Wire.Opcode.Ping, bytes);

    internal static Frame Pong(byte[] bytes) => new(Wire.Opcode.Pong, bytes);

    /// <summary>A close frame with a code and a reason.</summary>
    internal static Frame Close(int code, byte[]? reason = null)
    {
        var body = new byte[2 + (reason?.Length ?? 0)];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)code);
        reason?.CopyTo(body, 2);
        return new Frame(Wire.Opcode.Close, body);
    }

    /// <summary>The same frame as one that others follow.</summary>
    internal Frame Unfinished() => this with { Fin = false };
}
