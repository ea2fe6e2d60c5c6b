using System.Globalization;
using System.Text;
using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Servers;

/// <summary>One contender, as given on the command line: <c>name=command line with {port}</c>.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="CommandLine">How it is started, with a place for the port.</param>
/// <param name="IsRaw">It speaks no WebSocket and sends back the bytes it gets.</param>
/// <param name="IsSecure">It speaks TLS.</param>
internal sealed record ServerCommand(string Name, string CommandLine, bool IsRaw = false, bool IsSecure = false)
{
    private const string PortPlace = "{port}";

    public static ServerCommand Parse(string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } line])
        {
            throw new UsageException($"'{text}' is not name=command line.");
        }

        return line.Contains(PortPlace, StringComparison.Ordinal)
            ? new ServerCommand(name, line)
            : throw new UsageException($"'{text}' does not say where {PortPlace} goes.");
    }

    /// <summary>The words of the command line; quotes, single or double, keep spaces together. No shell is involved.</summary>
    public List<string> Words(int port)
    {
        var line = CommandLine.Replace(PortPlace, port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        foreach (var letter in line)
        {
            if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && letter is '\'' or '"')
            {
                quote = letter;
                word ??= new StringBuilder();
            }
            else if (quote == '\0' && letter == ' ')
            {
                Finish();
            }
            else
            {
                (word ??= new StringBuilder()).Append(letter);
            }
        }

        Finish();
        return words;

        void Finish()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }
}
