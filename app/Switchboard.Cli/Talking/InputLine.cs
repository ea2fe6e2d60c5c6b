using System.Globalization;

namespace Switchboard.Cli.Talking;

/// <summary>What a person means by a line: a message, or a command if it begins with a slash.</summary>
internal abstract record InputLine
{
    internal const string Help =
        """
        What you type is sent when you press Enter. A line that begins with a slash is a command:
          /ping [text]             sends a ping, and shows how long the pong took
          /close [code [reason]]   closes the connection: /close 1000 bye
          /binary FILE             sends a file as a binary message
          /text [text]             sends the rest of the line, even if there is none
          //…                      sends the line with one slash less
          /help                    shows this
        Ctrl-C and Ctrl-D close with 1000.
        """;

    private static readonly string[] Commands = ["/binary", "/close", "/help", "/ping", "/text"];

    private InputLine()
    {
    }

    internal static InputLine Read(string line)
    {
        if (!line.StartsWith('/'))
        {
            return line.Length == 0 ? new Nothing() : new Text(line);
        }

        if (line.StartsWith("//", StringComparison.Ordinal))
        {
            return new Text(line[1..]);
        }

        var (command, rest) = Split(line);
        return command switch
        {
            "/text" => new Text(rest),
            "/ping" => new Ping(rest),
            "/help" => new HelpWanted(),
            "/binary" => rest.Length > 0 ? new Binary(rest) : new Mistake("Say which file: /binary FILE"),
            "/close" => ReadClose(rest),
            _ => new Mistake(Unknown(command)),
        };
    }

    private static InputLine ReadClose(string rest)
    {
        if (rest.Length == 0)
        {
            return new Close(1000, "");
        }

        var (code, reason) = Split(rest);
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Close(number, reason)
            : new Mistake($"'{code}' is not a close code: /close 1000 bye");
    }

    private static string Unknown(string command)
    {
        var meant = Nearest.Of(command, Commands) is { } near ? $": did you mean {near}?" : ".";
        return $"There is no command {command}{meant} /help lists them; /{command} sends it as it is.";
    }

    private static (string Word, string Others) Split(string line) =>
        line.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var space ? (line[..space], line[(space + 1)..].TrimStart()) : (line, "");

    internal sealed record Nothing : InputLine;

    internal sealed record Text(string Message) : InputLine;

    internal sealed record Binary(string Path) : InputLine;

    internal sealed record Ping(string Payload) : InputLine;

    internal sealed record Close(int Code, string Reason) : InputLine;

    internal sealed record HelpWanted : InputLine;

    internal sealed record Mistake(string Sentence) : InputLine;
}
