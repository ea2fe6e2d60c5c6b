using System.Buffers;
using System.Text.Unicode;

namespace Switchboard.Rooms;

/// <summary>What every name obeys, of a room or of a person: 1 to 200 bytes of well-formed UTF-8 without control characters.</summary>
internal static class NameRule
{
    public const int MaxBytes = 200;
    public const string TooLong = "The name is longer than 200 bytes of UTF-8.";

    /// <summary>Says what is wrong, or null. Never repeats <paramref name="name"/>: the answer may end up in a log or a page.</summary>
    public static string? FindProblem(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return "The name is empty.";
        }

        Span<byte> utf8 = stackalloc byte[MaxBytes];
        var status = Utf8.FromUtf16(name, utf8, out _, out _, replaceInvalidSequences: false);
        if (status == OperationStatus.DestinationTooSmall)
        {
            return TooLong;
        }

        if (status != OperationStatus.Done)
        {
            return "The name contains half of a surrogate pair.";
        }

        foreach (var character in name)
        {
            // C0 (with CR, LF and NUL), DEL and C1: they forge log lines, headers and terminals.
            if (char.IsControl(character))
            {
                return $"The name contains the control character U+{(int)character:X4}.";
            }
        }

        return null;
    }
}
