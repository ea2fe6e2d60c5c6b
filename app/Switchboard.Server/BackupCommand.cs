using Switchboard.Rooms;
using Switchboard.Rooms.Sqlite;
using Switchboard.Server.Configuration;

namespace Switchboard.Server;

/// <summary><c>switchboard-server backup</c>: copies the store into one file, also while a server has it.</summary>
internal static class BackupCommand
{
    private static readonly Dictionary<string, string> Flags = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--data"] = "Switchboard:Data",
        ["--to"] = "To",
    };

    /// <returns>The exit code: 0 when the copy is there and whole, 1 if it could not be made, 2 for a wrong flag.</returns>
    internal static int Run(string[] args)
    {
        if (args is ["--help" or "-h" or "-?"])
        {
            return CommandLine.Help();
        }

        if (args.Where((flag, i) => i % 2 == 0 && !Flags.ContainsKey(flag.Split('=')[0])).FirstOrDefault() is { } unknown)
        {
            return CommandLine.Complain($"backup has no flag '{unknown}': it takes --to FILE and --data DIR.");
        }

        // The folder as the server would find it.
        var configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables().AddCommandLine(args, Flags).Build();
        if (configuration["To"] is not { Length: > 0 } file || configuration["Switchboard:Data"] is not { Length: > 0 } data)
        {
            return CommandLine.Complain("backup needs a file to write: --to FILE.");
        }

        try
        {
            SqliteBackup.Make(data, file);
        }
        catch (Exception e) when (e is LogUnavailableException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"There is no backup: {e.Message}");
            return 1;
        }

        Console.WriteLine($"The messages of {Path.GetFullPath(data)} are in {Path.GetFullPath(file)}");
        return 0;
    }
}
