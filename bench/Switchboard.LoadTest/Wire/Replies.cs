namespace Switchboard.LoadTest.Wire;

/// <summary>Reads what one connection receives and holds it to what it should.</summary>
internal abstract class Replies
{
    /// <summary>The answer to the last ping, until somebody sends it and sets this to null. RFC 6455 §5.5.3: the last is enough.</summary>
    public byte[]? PongDue { get; set; }

    /// <summary>How many messages ended within <paramref name="bytes"/>.</summary>
    public abstract int Read(ReadOnlySpan<byte> bytes);
}
