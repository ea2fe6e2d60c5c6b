using System.Diagnostics.CodeAnalysis;
using System.Text;
using Spectre.Console;

namespace Switchboard.Cli.Terminal;

/// <summary>Holds what is drawn until it is complete, so that a terminal never shows the half of it.</summary>
/// <param name="output">The terminal, or what is in its place.</param>
/// <param name="isTerminal">Whether it is one.</param>
[SuppressMessage("Design", "CA1001", Justification = "A StringWriter holds nothing but memory.")]
internal sealed class RowsAtOnce(Stream output, bool isTerminal) : IAnsiConsoleOutput
{
    private readonly StringWriter _held = new();

    public TextWriter Writer => _held;

    public bool IsTerminal => isTerminal;

    /// <summary>More than any line has: a terminal wraps lines itself, and a file does not want them wrapped.</summary>
    public int Width => short.MaxValue;

    public int Height => short.MaxValue;

    public void SetEncoding(Encoding encoding)
    {
        // It is UTF-8.
    }

    /// <summary>Writes what was drawn, in one piece.</summary>
    internal void Show()
    {
        var rows = _held.GetStringBuilder();
        output.Write(Encoding.UTF8.GetBytes(rows.ToString()));
        output.Flush();
        rows.Clear();
    }
}
