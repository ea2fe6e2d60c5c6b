using System.Globalization;
using System.Text;

namespace Switchboard.Client.Urls;

/// <summary>
/// Names in other scripts, as DNS has them (URL Standard §3.3, "domain to ASCII", not strict; UTS #46). Processes that run without ICU, as many
/// containers do, get the same names, but for what only its tables can normalize.
/// </summary>
internal static class DomainName
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    /// <param name="name">Any text. Labels may be empty, and those that are ASCII of any length.</param>
    /// <exception cref="ArgumentException">A label cannot be a part of a name.</exception>
    internal static string ToAscii(string name) => string.Join('.', Map(name).Split('.').Select(LabelToAscii));

    private static string LabelToAscii(string label)
    {
        if (!Ascii.IsValid(label))
        {
            ThrowUnlessValid(label);
            return Idn.GetAscii(label);
        }

        // What comes encoded must be what we would have encoded.
        if (label.StartsWith("xn--", StringComparison.Ordinal))
        {
            var decoded = Idn.GetUnicode(label);
            ThrowUnlessValid(decoded);
            if (Ascii.IsValid(decoded) || Map(decoded) != decoded || Idn.GetAscii(decoded) != label)
            {
                throw new ArgumentException("Its encoding is wrong.", nameof(label));
            }
        }

        return label;
    }

    // Full width is narrow, capitals are small, some characters are dots, and some are nothing.
    private static string Map(string name)
    {
        if (Ascii.IsValid(name))
        {
            return name.ToLowerInvariant();
        }

        var mapped = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            mapped.Append(rune.Value switch
            {
                _ when IsIgnored(rune) => "",
                0x3002 or 0xFF61 => ".",
                >= 0xFF01 and <= 0xFF5E => ((char)(rune.Value - 0xFF01 + '!')).ToString(),
                _ => rune.ToString(),
            });
        }

        // What is composed may be a capital: the sign for telephone is TEL.
        return mapped.ToString().ToLowerInvariant().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
    }

    // Soft hyphens, joiners of words, selectors of variants.
    private static bool IsIgnored(Rune rune) => rune.Value is
        0x00AD or 0x034F or 0x180B or 0x180C or 0x180D or 0x180F or 0x200B or 0x2060 or 0x2064 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF;

    private static void ThrowUnlessValid(string label)
    {
        var isFirst = true;
        foreach (var rune in label.EnumerateRunes())
        {
            var isInvalid = Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
                UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => isFirst,

                // The joiners of letters are letters of some languages.
                UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
                _ => rune == Rune.ReplacementChar,
            };
            if (isInvalid)
            {
                throw new ArgumentException($"U+{rune.Value:X4} cannot stand there.", nameof(label));
            }

            isFirst = false;
        }
    }
}
