using Switchboard.Cli.Connecting;

namespace Switchboard.Cli.Talking;

/// <summary>A connection from its beginning to its end.</summary>
internal static class Session
{
    /// <param name="terms">Whom to connect to.</param>
    /// <param name="view">Where it is shown.</param>
    /// <param name="count">After how many messages it is enough; null for never.</param>
    /// <param name="talk">Talks when the connection is open. When it has ended, the connection is closed.</param>
    /// <param name="clock">For round-trip times.</param>
    /// <param name="over">Closes the connection.</param>
    /// <exception cref="FormatException">The URL is no WebSocket's.</exception>
    /// <exception cref="ArgumentException">A subprotocol is not a token, or is offered twice.</exception>
    /// <exception cref="NotSupportedException">The URL's scheme is not spoken.</exception>
    internal static async Task<Ending> RunAsync(
        ConnectTerms terms, IView view, int? count, Func<Connection, Task> talk, TimeProvider clock, CancellationToken over)
    {
        var conversation = new Conversation(view, count);
        await using var connection = new Connection(terms, conversation, clock);
        await using var closing = over.Register(() => connection.Close());
        if (await connection.Opened)
        {
            // Whoever reads a terminal or a pipe may block, and the server may end it meanwhile.
            await await Task.WhenAny(Task.Run(() => talk(connection), CancellationToken.None), conversation.Enough, connection.Ended);
            connection.Close();
        }

        var ending = await connection.Ended;
        view.Tell(Describe(ending, connection.Url), isTrouble: ending.ExitCode != ExitCode.Fine);
        return ending;
    }

    private static string Describe(Ending ending, string url) => ending switch
    {
        { WasOpen: false } => $"No connection to {url}: {ending.Reason}",
        { WasClean: false } => $"The connection was cut off (1006): {ending.Reason}",
        { Code: 1005 } => "Closed without a code.",
        _ => $"Closed: {ending.Code} {ending.Reason}".TrimEnd(),
    };
}
