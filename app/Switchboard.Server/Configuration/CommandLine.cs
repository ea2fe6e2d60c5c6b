using System.Reflection;

namespace Switchboard.Server.Configuration;

/// <summary>The flags. Those of .NET's configuration work too, as <c>--Section:Key=value</c>; a flag that is not known is an error.</summary>
internal sealed record CommandLine
{
    internal static readonly Dictionary<string, string> Shorthands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--host"] = "Switchboard:Host",
        ["--port"] = "Switchboard:Port",
        ["--data"] = "Switchboard:Data",
        ["--tls-cert"] = "Switchboard:Tls:Certificate",
        ["--tls-key"] = "Switchboard:Tls:Key",
        ["--tls-dev"] = "Switchboard:Tls:Dev",
        ["--trusted-proxies"] = "Switchboard:TrustedProxies",
        ["--auth-key-file"] = "Switchboard:Auth:KeyFile",
        ["--jwks-url"] = "Switchboard:Auth:JwksUrl",
        ["--anonymous"] = "Switchboard:Auth:Anonymous",
    };

    // Those that need no value.
    private static readonly HashSet<string> Switches = ["--tls-dev", "--anonymous"];

    // What ASP.NET Core itself reads from the command line.
    private static readonly HashSet<string> HostFlags = new(["--urls", "--environment", "--AllowedHosts"], StringComparer.OrdinalIgnoreCase);

    // Ours, which tells what is misspelt in it, and those of the framework.
    private static readonly string[] Sections = ["--Switchboard:", "--Logging:", "--Kestrel:"];

    internal bool IsHelpWanted { get; private init; }

    internal bool IsVersionWanted { get; private init; }

    internal string? Problem { get; private init; }

    internal static CommandLine Parse(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var flag = equals < 0 ? args[i] : args[i][..equals];
            switch (flag)
            {
                case "--help" or "-h" or "-?":
                    return new CommandLine { IsHelpWanted = true };
                case "--version":
                    return new CommandLine { IsVersionWanted = true };
            }

            if (!Shorthands.ContainsKey(flag) && !HostFlags.Contains(flag) && !Sections.Any(section => flag.StartsWith(section, StringComparison.OrdinalIgnoreCase)))
            {
                var guess = NearestName.Of(flag.Split(':')[0], [.. Shorthands.Keys, .. HostFlags, .. Sections.Select(static section => section[..^1])]);
                return new CommandLine { Problem = $"There is no flag '{args[i]}'.{(guess is null ? "" : $" Did you mean {guess}?")}" };
            }

            if (equals < 0 && !Switches.Contains(flag) && ++i == args.Length)
            {
                return new CommandLine { Problem = $"The flag {flag} needs a value." };
            }
        }

        return new CommandLine();
    }

    /// <summary>As the configuration takes them: each flag with a value.</summary>
    internal static string[] WithValues(string[] args) => [.. args.Select(static flag => Switches.Contains(flag) ? $"{flag}=true" : flag)];

    internal static int Complain(string problem)
    {
        Console.Error.WriteLine(problem);
        Console.Error.WriteLine("Use --help to see what there is.");
        return 2;
    }

    internal static int Help()
    {
        Console.WriteLine("""
            Switchboard: rooms for WebSockets. A URL is a room.

            Usage: switchboard-server [flags]        (in the repository: ./run [flags])
                   switchboard-server backup --to FILE [--data DIR]
                                                     copies all messages into one file, also while the server runs

              --port PORT     the port to listen on, 0 for a free one; default 3000
              --host HOST     an IP address, localhost, or * for all addresses; default 127.0.0.1
              --data DIR      the folder that messages are kept in; default ./switchboard-data
              --tls-cert FILE speak TLS (https://, wss://) with the certificate of a PEM or PFX file; read anew when it changes
              --tls-key FILE  its key, if that is in a PEM file of its own
              --tls-dev       speak TLS with a certificate for localhost, made if there is none, and say how to trust it
              --trusted-proxies LIST
                              networks and addresses, 10.0.0.0/8,127.0.0.1, whose X-Forwarded-For,
                              -Proto and -Host are believed; default none
              --auth-key-file FILE
                              let in who has a token signed with the key of this file: a public key in PEM, or a secret;
                              read anew when it changes
              --jwks-url URL  or with one of the keys that are published at this URL
              --anonymous     let everybody in without one, from elsewhere than this machine and through proxies too
              --help          this text
              --version       the version

            Every setting of appsettings.json can be given as a flag, --Switchboard:Rooms:Default:MaxMembers=500,
            or in the environment, Switchboard__Rooms__Default__MaxMembers=500.

            Then:   open http://localhost:3000 in two tabs
                    new WebSocket("ws://localhost:3000/rooms/lobby?as=ada&last=50")
                    curl -d 'Hello everyone' http://localhost:3000/rooms/lobby/messages
            """);
        return 0;
    }

    internal static int Version()
    {
        Console.WriteLine(typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        return 0;
    }
}
