using System.Text.Unicode;

namespace Switchboard.Fuzz.Model;

/// <summary>Where UTF-8 goes wrong, found by nothing but the runtime's <see cref="Utf8.IsValid"/>.</summary>
internal static class FirstWrongByte
{
    // Every lead byte can be completed by one of these, if it can be at all: E0 wants A0, F0 wants 90, ED and F4 want 80.
    private static readonly byte[][] Completions =
    [
        [0x80], [0x80, 0x80], [0x80, 0x80, 0x80], [0xA0, 0x80], [0x90, 0x80, 0x80],
    ];

    /// <returns>How many bytes come before the first one after which no continuation makes the whole valid; -1 if there is none.</returns>
    internal static int In(ReadOnlySpan<byte> text)
    {
        var start = 0;
        for (var end = 1; end <= text.Length; end++)
        {
            var character = text[start..end];
            if (Utf8.IsValid(character))
            {
                start = end;
            }
            else if (!CanBeCompleted(character))
            {
                return end - 1;
            }
        }

        return -1;
    }

    private static bool CanBeCompleted(ReadOnlySpan<byte> character)
    {
        Span<byte> completed = stackalloc byte[8];
        if (character.Length > 3)
        {
            return false;
        }

        character.CopyTo(completed);
        foreach (var completion in Completions)
        {
            completion.CopyTo(completed[character.Length..]);
            if (Utf8.IsValid(completed[..(character.Length + completion.Length)]))
            {
                return true;
            }
        }

        return false;
    }
}
