using System.CommandLine;
using Switchboard.Cli.Connecting;
using Switchboard.Cli.Talking;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard connect</c>: a client for people and for scripts.</summary>
internal sealed class ConnectCommand : Command, IExplained
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(1);

    private readonly Argument<string> _url = new("url") { Description = "Where to connect: ws://localhost:3000/echo, wss://name:password@example.com. Without a scheme, ws:// is meant." };

    private readonly ClientFlags _client = new();

    private readonly Option<bool> _reconnect = new("--reconnect", "-r")
    {
        Description = "Connects again when the connection ends, with growing delays, unless the server has closed with 1000 or refuses.",
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Shows the headers of an answer that refuses the connection." };

    private readonly Option<TimeSpan?> _wait = new("--wait")
    {
        Description = "How long to wait for answers after the end of a piped input, in seconds, or forever. Default 1; forever with --count.",
        HelpName = "seconds",
        CustomParser = Seconds.Read,
    };

    private readonly Option<int?> _count = new("--count", "-n")
    {
        Description = "Closes after this many messages have come.",
        HelpName = "messages",
        CustomParser = Number.From(1, int.MaxValue),
    };

    private readonly Option<string> _binary = new("--binary") { Description = "How binary messages are printed.", DefaultValueFactory = _ => "base64" };

    internal ConnectCommand()
        : base("connect", "Connects to a server: what you type, or pipe in, is sent line by line, and what comes is printed.")
    {
        Add(_url);
        Option[] options = [_wait, _count, _binary, _reconnect, _verbose];
        foreach (var option in options)
        {
            Add(option);
        }

        _client.AddTo(this);
        _binary.AcceptOnlyFromAmong("base64", "hex");
        SetAction(RunAsync);
    }

    public string Afterword =>
        """
        In a terminal, lines that begin with a slash are commands: /ping, /close 1000 bye, /binary FILE; /help lists them.

        In a pipe, each message is one line of the standard output, and nothing else is: text as it came, with its line breaks as
        \n and \r; binary messages as base64 or hex. Notices go to the standard error stream. Each line of the standard input is
        sent as a text message, whatever it begins with.

        Examples:
          switchboard connect ws://localhost:3000/echo
          switchboard connect ws://example.com/feed -H "Authorization: Bearer 1234" -s chat
          echo hi | switchboard connect localhost:3000/echo                  prints hi
          echo '{"subscribe":"news"}' | switchboard connect localhost:9000 --wait forever | jq .title
          switchboard connect localhost:9000 --count 1 </dev/null            prints the first message
          switchboard connect wss://localhost:8443 --cacert authority.pem --reconnect
          switchboard connect ws://localhost/feed --unix /run/feed.socket --cookie session=1234

        Exit codes: 0 closed with 1000, or without a code; 1 could not connect; 2 the command line was not understood;
        3 closed with another code; 4 cut off without a closing handshake (1006), or a rule of the protocol was broken.
        """;

    private async Task<int> RunAsync(ParseResult parsed)
    {
        using var stop = new StopSignals();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var count = parsed.GetValue(_count);
        var screen = Screen.Open();
        var binary = parsed.GetValue(_binary) == "hex" ? BinaryText.Hex : BinaryText.Base64;
        IView view = Console.IsOutputRedirected
            ? new PipedView(StandardStreams.OpenOutput(), Console.Error, binary, over.Cancel)
            : new TerminalView(screen, binary);

        Task TalkAsync(Connection connection)
        {
            if (Console.IsInputRedirected)
            {
                var wait = parsed.GetValue(_wait) ?? (count is null ? DefaultWait : Timeout.InfiniteTimeSpan);
                return Script.TalkAsync(connection, StandardStreams.OpenInput(), wait, TimeProvider.System);
            }

            // The editor needs to move the cursor; without it, the terminal's own editing of lines must do.
            var hasEditor = !Console.IsOutputRedirected && screen.MovesCursor;
            var lines = hasEditor ? new Keyboard(screen).Start() : StandardStreams.LinesOf(StandardStreams.OpenInput());
            return new Person(connection, view).TalkAsync(lines);
        }

        try
        {
            var terms = TermsOf(parsed);
            if (_client.IsInsecure(parsed))
            {
                view.Tell("WARNING: --insecure: nobody checks who the server is, and whoever is on the way can read and change everything.", isTrouble: true);
            }

            var conversation = new Conversation(view, count, parsed.GetValue(_verbose));
            var ending = await Session.RunAsync(terms, conversation, TalkAsync, TimeProvider.System, over.Token);
            return ending.ExitCode;
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(Sentence.Of(e));
            return ExitCode.Usage;
        }
        finally
        {
            screen.EndTyping();
        }
    }

    private ConnectTerms TermsOf(ParseResult parsed)
    {
        var url = parsed.GetRequiredValue(_url);
        return new ConnectTerms(
            url.Contains("://", StringComparison.Ordinal) ? url : $"ws://{url}", _client.Read(parsed), parsed.GetValue(_reconnect));
    }
}
