namespace Switchboard.Cli.Listening.Wire;

/// <summary>Something that went over the wire, one way or the other. A copy: nothing of it belongs to the connection.</summary>
internal abstract record WireEvent
{
    private WireEvent()
    {
    }

    /// <summary>The head of an HTTP message: the request, or its answer.</summary>
    internal sealed record Head(IReadOnlyList<string> Lines) : WireEvent;

    /// <summary>A whole frame.</summary>
    /// <param name="Opcode">As it was sent: 0 for a continuation.</param>
    /// <param name="Fin">Whether it is the last of its message.</param>
    /// <param name="Reserved">RSV1, RSV2 and RSV3, as the bits 4, 2 and 1.</param>
    /// <param name="Mask">The masking key; null if it is not masked.</param>
    /// <param name="Length">Of the payload, in bytes.</param>
    /// <param name="Content">What kind of message it is a part of: an opcode.</param>
    /// <param name="IsCompressed">Whether the payload is a part of a compressed message.</param>
    /// <param name="Preview">The beginning of the payload, unmasked.</param>
    internal sealed record Frame(
        int Opcode, bool Fin, int Reserved, uint? Mask, ulong Length, int Content, bool IsCompressed, ReadOnlyMemory<byte> Preview) : WireEvent;

    /// <summary>Bytes that are nothing of that, and after which no more can be told apart.</summary>
    /// <param name="Why">A sentence without its full stop.</param>
    /// <param name="Bytes">The first of them.</param>
    internal sealed record Strange(string Why, ReadOnlyMemory<byte> Bytes) : WireEvent;
}
