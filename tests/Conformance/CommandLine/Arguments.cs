namespace Conformance.CommandLine;

/// <summary>What the command is to do. Null is not said.</summary>
internal sealed record Arguments
{
    internal const string Usage =
        """
        Tests WebSocket peers, frame by frame (RFC 6455, RFC 7692).

          --url URL           tests the server at this address, which must send each message back: ws://localhost:9001/echo
          --client COMMAND    tests a client: the command reads a URL per line from its standard input, connects to each,
                              and sends each message back that it gets there
          --only PREFIX       plays the cases whose id begins like this: 6, 6.4, 6.4.12
          --update-baseline   plays all cases against Switchboard and writes baseline.json anew
          --write-seeds DIR   plays all cases against Switchboard's server and client, and writes what some of them send into
                              DIR, the corpus of the fuzzer
          --help              prints this

        Only --only: plays these cases against Switchboard's own server, client and application.
        Any other flag, or none: runs as the test program, which compares Switchboard with baseline.json.
        Exit codes: 0 all is well, 1 a case has failed, 2 the command was not understood or nobody answers.
        """;

    private static readonly string[] Flags = ["--url", "--client", "--only", "--update-baseline", "--write-seeds", "--help"];

    internal string? Url { get; private init; }

    internal string? Client { get; private init; }

    internal string? Only { get; private init; }

    internal bool UpdatesBaseline { get; private init; }

    internal string? SeedFolder { get; private init; }

    internal bool AsksHelp { get; private init; }

    /// <summary>Whether one of the flags is the command's; else all of them are the test platform's.</summary>
    internal static bool AreOurs(string[] args) => args.Any(arg => Flags.Contains(arg));

    /// <exception cref="UsageException">A flag or its value is not understood.</exception>
    internal static Arguments Read(string[] args)
    {
        var read = new Arguments();
        for (var i = 0; i < args.Length; i++)
        {
            var flag = args[i];
            read = flag switch
            {
                "--help" => read with { AsksHelp = true },
                "--update-baseline" => read with { UpdatesBaseline = true },
                "--url" => read with { Url = Value(args, ++i, flag) },
                "--client" => read with { Client = Value(args, ++i, flag) },
                "--write-seeds" => read with { SeedFolder = Value(args, ++i, flag) },
                "--only" => read with { Only = Value(args, ++i, flag) },
                _ => throw new UsageException($"There is no flag '{flag}' here."),
            };
        }

        return read is { Url: not null, Client: not null } ? throw new UsageException("Give --url or --client, not both.") : read;
    }

    private static string Value(string[] args, int index, string flag) =>
        index < args.Length ? args[index] : throw new UsageException($"{flag} needs a value behind it.");
}
