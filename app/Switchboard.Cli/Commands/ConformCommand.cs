using System.CommandLine;
using System.Text.Json;
using Switchboard.Conformance;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard conform</c>: the conformance suite, against anybody's server or client.</summary>
internal sealed class ConformCommand : Command, IExplained
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Argument<string?> _url = new("url")
    {
        Description = "The server to test, which must send each message back: ws://localhost:9001/echo",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _client = new("--client")
    {
        Description = "Tests a client instead: a command that reads a URL per line from its standard input, connects to each, and sends each message back.",
        HelpName = "command",
    };

    private readonly Option<string?> _only = new("--only")
    {
        Description = "Plays the cases whose id begins like this: 6, 6.4 or 6.4.12.",
        HelpName = "id",
    };

    private readonly Option<FileInfo?> _json = new("--json") { Description = "Also writes the results to this file, as JSON.", HelpName = "file" };

    internal ConformCommand()
        : base("conform", "Holds a WebSocket server or client against RFC 6455 and RFC 7692, frame by frame.")
    {
        Add(_url);
        Add(_client);
        Add(_only);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_url) is null == result.GetValue(_client) is null)
            {
                result.AddError("Give the URL of a server, or a client by --client: one of them.");
            }
        });
        SetAction(RunAsync);
    }

    public string Afterword =>
        """
        Examples:
          switchboard conform ws://localhost:9001/echo
          switchboard conform ws://localhost:9001/echo --only 6 --json results.json
          switchboard conform --client "node echo-client.mjs"

        A peer without compression, or with smaller limits, has cases "not offered" and "limit": they are no failures.
        Exit codes: 0 no case has failed; 1 some have, or nobody answers; 2 the command line was not understood.
        """;

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var only = parsed.GetValue(_only);
        try
        {
            var report = parsed.GetValue(_url) is { } url
                ? await ConformanceSuite.TestServerAsync(url, only, Console.Out)
                : await ConformanceSuite.TestClientAsync(parsed.GetValue(_client)!, only, Console.Out);
            if (parsed.GetValue(_json) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(report, Format) + "\n");
            }

            return report.HasFailures ? ExitCode.Failed : ExitCode.Fine;
        }
        catch (Exception e) when (e is ConformanceException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }
}
