using Switchboard.Cli.Connecting;

namespace Switchboard.Cli.Talking;

/// <summary>A conversation from its beginning to its end.</summary>
internal static class Session
{
    /// <param name="terms">Whom to connect to.</param>
    /// <param name="conversation">Is told what comes, and says when it is enough.</param>
    /// <param name="talk">Talks when there is a connection. When it has ended, the connection is closed.</param>
    /// <param name="clock">For round-trip times.</param>
    /// <param name="over">Closes the connection.</param>
    /// <exception cref="ArgumentException">The URL is no WebSocket's, or one of the options is none.</exception>
    internal static async Task<Ending> RunAsync(
        ConnectTerms terms, Conversation conversation, Func<Connection, Task> talk, TimeProvider clock, CancellationToken over)
    {
        await using var connection = new Connection(terms, conversation, clock);
        await using var closing = over.Register(() => connection.Close());
        if (await connection.Opened)
        {
            // Whoever reads a terminal or a pipe may block, and the server may end it meanwhile.
            await await Task.WhenAny(Task.Run(() => talk(connection), CancellationToken.None), conversation.Enough, connection.Ended);
            connection.Close();
        }

        return await connection.Ended;
    }
}
