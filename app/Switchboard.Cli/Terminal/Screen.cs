using System.Globalization;
using Spectre.Console;

namespace Switchboard.Cli.Terminal;

/// <summary>A terminal that prints lines above the one that is being typed, which is never torn. Safe from any thread.</summary>
/// <param name="console">The terminal.</param>
/// <param name="clock">For the time before each line.</param>
/// <param name="widthNow">Its width in cells, which may change.</param>
internal sealed class Screen(IAnsiConsole console, TimeProvider clock, Func<int> widthNow)
{
    private const string EraseRow = "\r\e[K";

    private static readonly Style Faint = new(Color.Grey);

    private readonly Lock _gate = new();
    private (string Text, int Cursor)? _typed;
    private bool _isTypingOver;

    /// <summary>The console for this program's output: colours where the terminal has them, and lines of any length, which it wraps itself.</summary>
    internal static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        console.Profile.Width = short.MaxValue;
        return console;
    }

    /// <summary>Prints a line: the time, then its parts, which must be harmless.</summary>
    internal void Print(params ReadOnlySpan<(string Text, Style Style)> parts) => PrintAt(clock.GetLocalNow(), parts);

    /// <summary>Prints a line of something that happened before.</summary>
    internal void PrintAt(DateTimeOffset time, params ReadOnlySpan<(string Text, Style Style)> parts)
    {
        lock (_gate)
        {
            if (_typed is not null)
            {
                console.WriteAnsi(EraseRow);
            }

            var line = new Paragraph(time.ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture), Faint);
            foreach (var (text, style) in parts)
            {
                line.Append(text, style);
            }

            console.Write(line);
            console.WriteLine();
            Redraw();
        }
    }

    /// <summary>Shows what has been typed so far.</summary>
    internal void ShowTyped(string text, int cursor)
    {
        lock (_gate)
        {
            if (!_isTypingOver)
            {
                _typed = (text, cursor);
                Redraw();
            }
        }
    }

    /// <summary>Nothing is typed any more, whoever still reads keys.</summary>
    internal void EndTyping()
    {
        lock (_gate)
        {
            if (_typed is not null)
            {
                console.WriteAnsi(EraseRow);
            }

            _typed = null;
            _isTypingOver = true;
        }
    }

    private void Redraw()
    {
        if (_typed is var (text, cursor))
        {
            var (row, back) = PromptLine.Render(text, cursor, widthNow());
            console.WriteAnsi($"{EraseRow}{row}{(back > 0 ? $"\e[{back}D" : "")}");
        }
    }
}
