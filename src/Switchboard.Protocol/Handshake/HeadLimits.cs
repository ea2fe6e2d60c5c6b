namespace Switchboard.Protocol.Handshake;

/// <summary>How large the head of an HTTP message may be, before anything is known of who sends it.</summary>
/// <param name="MaxBytes">All of it, in bytes.</param>
/// <param name="MaxLineBytes">One line of it, the line's end included.</param>
/// <param name="MaxHeaders">How many header lines.</param>
internal sealed record HeadLimits(int MaxBytes, int MaxLineBytes, int MaxHeaders)
{
    internal static HeadLimits Default { get; } = new(16 * 1024, 8 * 1024, 100);
}
