using System.Text;
using Switchboard.Cli.Connecting;

namespace Switchboard.Cli.Talking;

/// <summary>A person talks: lines are messages or commands.</summary>
internal sealed class Person(Connection connection, IView view)
{
    /// <summary>Does what the lines say, until they end.</summary>
    internal async Task TalkAsync(IAsyncEnumerable<string> lines)
    {
        await foreach (var line in lines)
        {
            try
            {
                await DoAsync(InputLine.Read(line));
            }
            catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
            {
                view.Tell(Sentence.Of(e), isTrouble: true);
            }
        }
    }

    private async Task DoAsync(InputLine line)
    {
        switch (line)
        {
            case InputLine.Text text:
                view.ShowSent(text.Message);
                await SendAsync(Encoding.UTF8.GetBytes(text.Message), MessageType.Text);
                break;
            case InputLine.Binary file:
                var data = await File.ReadAllBytesAsync(file.Path);
                view.ShowSent($"{data.Length} bytes of {file.Path}");
                await SendAsync(data, MessageType.Binary);
                break;
            case InputLine.Ping ping:
                if (!connection.Ping(ping.Payload))
                {
                    view.Tell("No ping was sent: there is no connection.", isTrouble: true);
                }

                break;
            case InputLine.Close close:
                connection.Close(close.Code, close.Reason);
                break;
            case InputLine.HelpWanted:
                foreach (var help in InputLine.Help.Split('\n'))
                {
                    view.Tell(help);
                }

                break;
            case InputLine.Mistake mistake:
                view.Tell(mistake.Sentence, isTrouble: true);
                break;
        }
    }

    private async Task SendAsync(byte[] data, MessageType type)
    {
        // While there is none, a person goes on typing: commands too.
        if (connection.IsOpen)
        {
            await connection.SendAsync(data, type);
        }
        else if (connection.TryKeep(data, type))
        {
            view.Tell("It will be sent when there is a connection again.");
        }
        else
        {
            view.Tell("It was not sent: there is no connection, or too much waits for one.", isTrouble: true);
        }
    }
}
