using System.Globalization;
using System.Text;

namespace Switchboard.Cli.Terminal;

/// <summary>
/// A stranger's text, fit for a terminal: it stays on its line, and moves no cursor, sets no title, turns no direction of writing.
/// </summary>
internal static class Harmless
{
    /// <returns>The text, with everything that is not to be seen as an escape of C#'s: \n, \u001B.</returns>
    internal static string Escape(string text)
    {
        if (!text.Any(char.IsSurrogate) && text.EnumerateRunes().All(IsSeen))
        {
            return text;
        }

        // Half of a pair of surrogates becomes U+FFFD here.
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = IsSeen(rune) ? escaped.Append(rune.ToString()) : escaped.Append(Name(rune.Value));
        }

        return escaped.ToString();
    }

    // Format characters are not printed either: among them are those that turn the direction of writing, by which text can lie about itself.
    // The joiners between parts of an emoji are let through.
    private static bool IsSeen(Rune rune) => rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Name(int value) => value switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        <= 0xFFFF => $@"\u{value:X4}",
        _ => $@"\U{value:X8}",
    };
}
