using System.Globalization;

namespace Switchboard.Cli.Terminal;

/// <summary>The line that is being typed: what keys do to it, and the lines before it. Knows no terminal.</summary>
internal sealed class LineEditor
{
    private readonly List<string> _history = [];
    private int _place;
    private string _unfinished = "";

    /// <summary>What has been typed.</summary>
    internal string Text { get; private set; } = "";

    /// <summary>Before which of its characters the cursor stands.</summary>
    internal int Cursor { get; private set; }

    /// <returns>The line, if the key has ended it: then the next one begins.</returns>
    internal string? Press(ConsoleKeyInfo key)
    {
        var isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return Finish();
            case ConsoleKey.Backspace:
                Remove(Before(Cursor), Cursor);
                break;
            case ConsoleKey.Delete:
                Remove(Cursor, After(Cursor));
                break;
            case ConsoleKey.LeftArrow or ConsoleKey.B when key.Key == ConsoleKey.LeftArrow || isControl:
                Cursor = Before(Cursor);
                break;
            case ConsoleKey.RightArrow or ConsoleKey.F when key.Key == ConsoleKey.RightArrow || isControl:
                Cursor = After(Cursor);
                break;
            case ConsoleKey.Home or ConsoleKey.A when key.Key == ConsoleKey.Home || isControl:
                Cursor = 0;
                break;
            case ConsoleKey.End or ConsoleKey.E when key.Key == ConsoleKey.End || isControl:
                Cursor = Text.Length;
                break;
            case ConsoleKey.UpArrow:
                Recall(_place - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(_place + 1);
                break;
            case ConsoleKey.U when isControl:
                Remove(0, Cursor);
                break;
            case ConsoleKey.K when isControl:
                Remove(Cursor, Text.Length);
                break;
            case ConsoleKey.W when isControl:
                Remove(WordBefore(Cursor), Cursor);
                break;
            default:
                Insert(key.KeyChar);
                break;
        }

        return null;
    }

    private string Finish()
    {
        var line = Text;
        if (line.Length > 0 && (_history.Count == 0 || _history[^1] != line))
        {
            _history.Add(line);
        }

        (Text, Cursor, _unfinished, _place) = ("", 0, "", _history.Count);
        return line;
    }

    private void Insert(char typed)
    {
        if (!char.IsControl(typed))
        {
            Text = Text.Insert(Cursor, typed.ToString());
            Cursor++;
        }
    }

    private void Remove(int start, int end)
    {
        Text = Text.Remove(start, end - start);
        Cursor = start;
    }

    // Behind the last line of the history is the one that was being typed.
    private void Recall(int place)
    {
        if (place < 0 || place > _history.Count)
        {
            return;
        }

        if (_place == _history.Count)
        {
            _unfinished = Text;
        }

        _place = place;
        Text = place == _history.Count ? _unfinished : _history[place];
        Cursor = Text.Length;
    }

    // What people take for one character may be several of ours.
    private int After(int position) => position + StringInfo.GetNextTextElementLength(Text, position);

    private int Before(int position) => StringInfo.ParseCombiningCharacters(Text[..position]) is [.., var start] ? start : 0;

    private int WordBefore(int position)
    {
        var word = Text.AsSpan(0, position).TrimEnd();
        return word.LastIndexOf(' ') + 1;
    }
}
