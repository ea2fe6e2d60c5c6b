using System.CommandLine;
using Switchboard.Cli.Connecting;
using Switchboard.Cli.Talking;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard connect</c>: a client for people and for scripts.</summary>
internal sealed class ConnectCommand : Command, IExplained
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(1);

    private readonly Argument<string> _url = new("url") { Description = "Where to connect: ws://localhost:3000/echo. Without a scheme, ws:// is meant." };

    private readonly Option<Dictionary<string, string>> _headers = new("--header", "-H")
    {
        Description = "A header of the opening request: \"Authorization: Bearer 1234\". May be given several times.",
        HelpName = "name: value",
        CustomParser = Header.ReadAll,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _subprotocols = new("--subprotocol", "-s")
    {
        Description = "A subprotocol to offer. May be given several times, the preferred one first.",
        HelpName = "name",
    };

    private readonly Option<bool> _noCompression = new("--no-compression") { Description = "Does not offer permessage-deflate." };

    private readonly Option<TimeSpan?> _connectTimeout = new("--connect-timeout")
    {
        Description = "How long connecting may take, in seconds, or forever. Default 10.",
        HelpName = "seconds",
        CustomParser = Seconds.Read,
    };

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
        Option[] options = [_headers, _subprotocols, _noCompression, _connectTimeout, _wait, _count, _binary];
        foreach (var option in options)
        {
            Add(option);
        }

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
            var ending = await Session.RunAsync(TermsOf(parsed), view, count, TalkAsync, TimeProvider.System, over.Token);
            return ending.ExitCode;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException)
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
        var timeout = parsed.GetValue(_connectTimeout);
        return new ConnectTerms(url.Contains("://", StringComparison.Ordinal) ? url : $"ws://{url}")
        {
            Headers = parsed.GetValue(_headers)!,
            Protocols = parsed.GetValue(_subprotocols) ?? [],
            IsCompressionOffered = !parsed.GetValue(_noCompression),
            Timeout = timeout == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : timeout ?? ConnectTerms.DefaultTimeout,
        };
    }
}
