using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Listening.Wire;

/// <summary>How what goes over the wire is written down, for people who read frames.</summary>
internal static class WireText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <returns>One line or several, all of them harmless.</returns>
    internal static IEnumerable<string> Describe(WireEvent seen) => seen switch
    {
        WireEvent.Head head => head.Lines.Select((line, index) => (index == 0 ? "" : "  ") + Harmless.Escape(line)),
        WireEvent.Frame frame => [Describe(frame)],
        WireEvent.Strange strange => [$"? {strange.Why}{(strange.Bytes.IsEmpty ? "" : $": {Hex(strange.Bytes, isCut: false)}")}"],
        _ => [],
    };

    private static string Describe(WireEvent.Frame frame)
    {
        var line = new StringBuilder(NameOf(frame.Opcode));
        _ = frame.Fin ? line.Append(" FIN") : line;
        for (var bit = 1; bit <= 3; bit++)
        {
            _ = (frame.Reserved & (8 >> bit)) != 0 ? line.Append(CultureInfo.InvariantCulture, $" RSV{bit}") : line;
        }

        _ = frame.Mask is { } mask ? line.Append(CultureInfo.InvariantCulture, $" mask {mask:x8}") : line;
        line.Append(CultureInfo.InvariantCulture, $", {frame.Length} {(frame.Length == 1 ? "byte" : "bytes")}");
        return (frame.Length == 0 ? line : line.Append(": ").Append(Payload(frame))).ToString();
    }

    private static string NameOf(int opcode) => opcode switch
    {
        0 => "continuation",
        1 => "text",
        2 => "binary",
        8 => "close",
        9 => "ping",
        10 => "pong",
        _ => string.Create(CultureInfo.InvariantCulture, $"opcode {opcode:X}"),
    };

    private static string Payload(WireEvent.Frame frame)
    {
        var isCut = (ulong)frame.Preview.Length < frame.Length;
        return frame switch
        {
            { IsCompressed: true } => $"compressed {Hex(frame.Preview, isCut)}",
            { Content: 1 } => Quote(Encoding.UTF8.GetString(frame.Preview.Span), isCut),
            { Content: 8, Length: >= 2 } => Close(frame.Preview),
            { Content: 9 or 10 } when IsText(frame.Preview.Span) => Quote(Encoding.UTF8.GetString(frame.Preview.Span), isCut),
            _ => Hex(frame.Preview, isCut),
        };
    }

    private static string Close(ReadOnlyMemory<byte> payload)
    {
        var code = BinaryPrimitives.ReadUInt16BigEndian(payload.Span).ToString(CultureInfo.InvariantCulture);
        return payload.Length == 2 ? code : $"{code} {Quote(Encoding.UTF8.GetString(payload.Span[2..]), isCut: false)}";
    }

    // A cut may go through a character, which nobody has sent as U+FFFD.
    private static string Quote(string text, bool isCut) => isCut ? $"\"{Harmless.Escape(text.TrimEnd('\uFFFD'))}…\"" : $"\"{Harmless.Escape(text)}\"";

    private static string Hex(ReadOnlyMemory<byte> bytes, bool isCut) => Convert.ToHexStringLower(bytes.Span) + (isCut ? "…" : "");

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes).All(c => !char.IsControl(c));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
