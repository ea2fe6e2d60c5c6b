using System.Text;
using Switchboard.Cli.Connecting;

namespace Switchboard.Cli.Talking;

/// <summary>A script talks: each line of its output is a message, whatever it begins with.</summary>
internal static class Script
{
    /// <summary>Sends until the input ends, and then gives the server time to answer.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="input">What is sent.</param>
    /// <param name="wait">How long to stay after the end of the input.</param>
    /// <param name="clock">For the waiting.</param>
    internal static async Task TalkAsync(Connection connection, TextReader input, TimeSpan wait, TimeProvider clock)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            if (!await connection.SendAsync(Encoding.UTF8.GetBytes(line), MessageType.Text))
            {
                return;
            }
        }

        await Task.Delay(wait, clock);
    }
}
