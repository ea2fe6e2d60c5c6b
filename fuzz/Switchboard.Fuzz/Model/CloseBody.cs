using System.Text.Unicode;
using Switchboard.Protocol.Connection;

namespace Switchboard.Fuzz.Model;

/// <summary>A close frame's body by RFC 6455 §5.5.1 and §7.4.</summary>
internal static class CloseBody
{
    /// <returns>What is wrong with it, or null.</returns>
    internal static ProtocolError? Judge(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2)
        {
            return body.IsEmpty ? null : ProtocolError.CloseBodyTooShort;
        }

        return !MayBeSent(CodeOf(body)) ? ProtocolError.CloseCodeInvalid
            : !Utf8.IsValid(body[2..]) ? ProtocolError.CloseReasonNotUtf8
            : null;
    }

    /// <summary>The code, or 1005 if there is none.</summary>
    internal static int CodeOf(ReadOnlySpan<byte> body) => body.Length < 2 ? 1005 : (body[0] << 8) | body[1];

    // The registry of the IANA: 1000 to 1014 but for those that are reported and not sent, and what is open to everybody.
    private static bool MayBeSent(int code) => code is (>= 1000 and <= 1014 and not (1004 or 1005 or 1006)) or (>= 3000 and <= 4999);
}
