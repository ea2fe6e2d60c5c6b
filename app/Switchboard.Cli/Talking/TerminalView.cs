using Spectre.Console;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Talking;

/// <summary>For people: each message on a line, with its time and colour.</summary>
internal sealed class TerminalView(Screen screen, BinaryText binary) : IView
{
    private const int MostCharacters = 10_000;

    private static readonly Style Theirs = new(Color.Aqua);
    private static readonly Style Ours = new(Color.Green);
    private static readonly Style Notice = new(Color.Grey);
    private static readonly Style Trouble = new(Color.Red);

    public void Show(MessageView message)
    {
        if (message.Type == MessageType.Text)
        {
            screen.Print(("< ", Theirs), (Line(message.Text), Style.Plain));
        }
        else
        {
            screen.Print(("< ", Theirs), ($"{message.Data.Length} bytes: ", Notice), (Line(binary.Write(message.Data)), Style.Plain));
        }
    }

    public void ShowSent(string text) => screen.Print(("> ", Ours), (Line(text), Style.Plain));

    public void Tell(string notice, bool isTrouble = false) => screen.Print((Line(notice), isTrouble ? Trouble : Notice));

    private static string Line(string text) => text.Length <= MostCharacters
        ? Harmless.Escape(text)
        : $"{Harmless.Escape(text[..MostCharacters])}… ({text.Length} characters)";
}
