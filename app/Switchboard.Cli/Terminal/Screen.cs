using System.Globalization;
using Spectre.Console;

namespace Switchboard.Cli.Terminal;

/// <summary>A terminal that prints lines above the one that is being typed, which is never torn. Safe from any thread.</summary>
internal sealed class Screen
{
    private const string EraseRow = "\r\e[K";

    private static readonly Style Faint = new(Color.Grey);

    private readonly Lock _gate = new();
    private readonly RowsAtOnce _rows;
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly Func<int> _widthNow;
    private (string Text, int Cursor)? _typed;
    private bool _isTypingOver;

    /// <param name="settings">What is known of the terminal; what is not is looked up. Its output is set here.</param>
    /// <param name="rows">Where it draws.</param>
    /// <param name="clock">For the time before each line.</param>
    /// <param name="widthNow">The terminal's width in cells, which may change.</param>
    internal Screen(AnsiConsoleSettings settings, RowsAtOnce rows, TimeProvider clock, Func<int> widthNow)
    {
        settings.Out = rows;
        (_rows, _console, _clock, _widthNow) = (rows, AnsiConsole.Create(settings), clock, widthNow);
    }

    /// <summary>Whether the cursor can be moved: without that there is no line that is being typed.</summary>
    internal bool MovesCursor => _console.Profile.Capabilities.Ansi;

    /// <summary>This program's output: colours where it is a terminal that has them.</summary>
    internal static Screen Open()
    {
        var isTerminal = !Console.IsOutputRedirected;
        var settings = isTerminal
            ? new AnsiConsoleSettings()
            : new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors };
        return new(settings, new RowsAtOnce(Console.OpenStandardOutput(), isTerminal), TimeProvider.System, () => Console.WindowWidth);
    }

    /// <summary>Prints a line: the time, then its parts, which must be harmless.</summary>
    internal void Print(params ReadOnlySpan<(string Text, Style Style)> parts) => PrintAt(_clock.GetLocalNow(), parts);

    /// <summary>Prints a line of something that happened before.</summary>
    internal void PrintAt(DateTimeOffset time, params ReadOnlySpan<(string Text, Style Style)> parts)
    {
        lock (_gate)
        {
            if (_typed is not null)
            {
                _console.WriteAnsi(EraseRow);
            }

            var line = new Paragraph(time.ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture), Faint);
            foreach (var (text, style) in parts)
            {
                line.Append(text, style);
            }

            _console.Write(line);
            _console.WriteLine();
            Redraw();
            _rows.Show();
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
                _rows.Show();
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
                _console.WriteAnsi(EraseRow);
                _rows.Show();
            }

            _typed = null;
            _isTypingOver = true;
        }
    }

    private void Redraw()
    {
        if (_typed is var (text, cursor))
        {
            var (row, back) = PromptLine.Render(text, cursor, _widthNow());
            _console.WriteAnsi($"{EraseRow}{row}{(back > 0 ? $"\e[{back}D" : "")}");
        }
    }
}
