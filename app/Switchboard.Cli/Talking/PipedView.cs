using System.Text;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Talking;

/// <summary>
/// For scripts: a line for each message and nothing else on the output, everything else on the error stream. Text is as it came,
/// but for its line breaks, which are written as \n and \r.
/// </summary>
/// <param name="output">Gets the messages.</param>
/// <param name="errors">Gets the notices.</param>
/// <param name="binary">How binary messages are written.</param>
/// <param name="onReaderGone">Called when nobody reads the output any more, as behind <c>| head</c>.</param>
internal sealed class PipedView(Stream output, TextWriter errors, BinaryText binary, Action onReaderGone) : IView
{
    public void Show(MessageView message)
    {
        var line = message.Type == MessageType.Text
            ? message.Text.Replace("\r", @"\r", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)
            : binary.Write(message.Data);
        try
        {
            output.Write(Encoding.UTF8.GetBytes(line + "\n"));
            output.Flush();
        }
        catch (IOException)
        {
            onReaderGone();
        }
    }

    public void ShowSent(string text)
    {
        // A script knows what it sends.
    }

    public void Tell(string notice, bool isTrouble = false) => errors.WriteLine(Harmless.Escape(notice));
}
