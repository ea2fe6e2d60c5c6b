using System.Globalization;
using Spectre.Console;

namespace Switchboard.Cli.Terminal;

/// <summary>How the line that is being typed looks: one row of the terminal, a part of the line if it is longer.</summary>
internal static class PromptLine
{
    internal const string Prompt = "> ";

    /// <param name="text">The line.</param>
    /// <param name="cursor">Before which of its characters the cursor stands.</param>
    /// <param name="width">Of the terminal, in cells.</param>
    /// <returns>The row, and how many cells its cursor is to the left of its end.</returns>
    internal static (string Row, int Back) Render(string text, int cursor, int width)
    {
        // The last cell stays empty: a terminal whose row is full may go to the next.
        var room = Math.Max(1, width - Prompt.Length - 1);
        var (left, right) = (Harmless.Escape(text[..cursor]), Harmless.Escape(text[cursor..]));
        left = Last(left, room);
        right = First(right, room - Cells(left));
        return (Prompt + left + right, Cells(right));
    }

    internal static int Cells(string text) => Elements(text).Sum(CellsOf);

    private static string First(string text, int room) =>
        string.Concat(Elements(text).TakeWhile(element => (room -= CellsOf(element)) >= 0));

    private static string Last(string text, int room) =>
        string.Concat(Enumerable.Reverse(Elements(text)).TakeWhile(element => (room -= CellsOf(element)) >= 0).Reverse());

    // A pair of surrogates is nearly always an emoji or a rare ideograph; both are two cells wide.
    private static int CellsOf(string element) => char.IsSurrogate(element[0]) ? 2 : Math.Max(0, element[0].GetCellWidth());

    private static List<string> Elements(string text)
    {
        var elements = new List<string>();
        for (var walk = StringInfo.GetTextElementEnumerator(text); walk.MoveNext();)
        {
            elements.Add(walk.GetTextElement());
        }

        return elements;
    }
}
