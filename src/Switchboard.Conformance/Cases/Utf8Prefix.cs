namespace Switchboard.Conformance.Cases;

/// <summary>What can be said of bytes that came so far.</summary>
internal enum Utf8State
{
    /// <summary>They are UTF-8.</summary>
    Complete,

    /// <summary>They are the beginning of it: a character lacks its end.</summary>
    Cut,

    /// <summary>Whatever comes, they will not be.</summary>
    Wrong,
}

/// <summary>RFC 3629 §4, as its grammar has it.</summary>
internal static class Utf8Prefix
{
    /// <returns>How many bytes must have come until it is certain that this is not UTF-8; -1 if it never is.</returns>
    internal static int LengthToFailure(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= bytes.Length; length++)
        {
            if (Judge(bytes[..length]) == Utf8State.Wrong)
            {
                return length;
            }
        }

        return -1;
    }

    internal static Utf8State Judge(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // The first continuation byte's range keeps out what is overlong, surrogates, and what is above U+10FFFF.
            var (size, low, high) = bytes[0] switch
            {
                <= 0x7F => (1, 0, 0),
                >= 0xC2 and <= 0xDF => (2, 0x80, 0xBF),
                0xE0 => (3, 0xA0, 0xBF),
                0xED => (3, 0x80, 0x9F),
                >= 0xE1 and <= 0xEF => (3, 0x80, 0xBF),
                0xF0 => (4, 0x90, 0xBF),
                >= 0xF1 and <= 0xF3 => (4, 0x80, 0xBF),
                0xF4 => (4, 0x80, 0x8F),
                _ => (0, 0, 0),
            };
            if (size == 0 || (size > 1 && bytes.Length > 1 && (bytes[1] < low || bytes[1] > high)))
            {
                return Utf8State.Wrong;
            }

            for (var i = 2; i < Math.Min(size, bytes.Length); i++)
            {
                if (bytes[i] is < 0x80 or > 0xBF)
                {
                    return Utf8State.Wrong;
                }
            }

            if (bytes.Length < size)
            {
                return Utf8State.Cut;
            }

            bytes = bytes[size..];
        }

        return Utf8State.Complete;
    }
}
