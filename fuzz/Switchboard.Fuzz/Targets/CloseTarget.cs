using System.Runtime.InteropServices;
using System.Text;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Closing;
using Switchboard.Protocol.Frames;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="ClosePayload"/>. The input is a close frame's body, and has no options. It is judged as RFC 6455 §5.5.1 and §7.4 say; what was read is
/// written back to the same bytes; and any reason at all is cut to one that can be read.
/// </summary>
internal sealed class CloseTarget : ITarget
{
    public string Name => "close";

    public void Run(ReadOnlySpan<byte> input)
    {
        var body = input[..Math.Min(input.Length, FrameHeader.MaxControlPayload)];
        var error = ClosePayload.TryRead(body, out var code, out var reason);
        FindingException.UnlessSame(CloseBody.Judge(body), error, "A body is not judged as the RFC does.");
        Span<byte> written = stackalloc byte[FrameHeader.MaxControlPayload];
        if (error is null)
        {
            var length = ClosePayload.Write(written, code, reason);
            FindingException.UnlessSameBytes(body, written[..length], "A body that was read is written otherwise.");
        }

        ExpectAnyReasonCut(written, MemoryMarshal.Cast<byte, char>(input));
    }

    private static void ExpectAnyReasonCut(Span<byte> written, ReadOnlySpan<char> reason)
    {
        var length = ClosePayload.Write(written, CloseCode.NormalClosure, reason);
        FindingException.Unless(length is >= 2 and <= FrameHeader.MaxControlPayload, "A body is longer than a control frame.");
        FindingException.Unless(
            ClosePayload.TryRead(written[..length], out var code, out var read) is null && code == CloseCode.NormalClosure,
            "A body that was written cannot be read.");

        // Nothing is lost but lone surrogates, and what does not fit: a character has at most four bytes.
        var all = Encoding.UTF8.GetBytes(reason.ToArray());
        FindingException.UnlessSameBytes(all.AsSpan(0, length - 2), written[2..length], "A reason that was written is another one.");
        FindingException.Unless(all.Length == length - 2 || length - 2 > ClosePayload.MaxReasonBytes - 4, "A reason was cut shorter than needed.");
        FindingException.Unless(
            !read.Contains('\uFFFD', StringComparison.Ordinal) || all.AsSpan().IndexOf("\uFFFD"u8) >= 0, "A reason was cut in a character.");
    }
}
