using System.Text;

namespace Switchboard.Rooms.WebSockets;

/// <summary>A reason that fits into a close frame: at most 123 bytes of UTF-8 (RFC 6455 §5.5).</summary>
internal static class CloseReasonText
{
    private const int MaxBytes = 123;

    public static string Fit(string text)
    {
        var length = text.Length;
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > MaxBytes)
        {
            length -= length > 1 && char.IsLowSurrogate(text[length - 1]) ? 2 : 1;
        }

        return text[..length];
    }
}
