using System.ComponentModel;
using System.Diagnostics;

namespace Switchboard.LoadTest.Servers;

/// <summary>Runs a peer's <c>prepare</c>.</summary>
internal static class Preparation
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <summary>Why the server cannot take part; null if it can.</summary>
    public static string? ProblemWith(KnownServer server)
    {
        if (server.Prepare is not { } program)
        {
            return null;
        }

        if (!File.Exists(program))
        {
            return $"there is no {program}";
        }

        try
        {
            using var prepare = Process.Start(new ProcessStartInfo(Path.GetFullPath(program)))!;
            if (!prepare.WaitForExit(Timeout))
            {
                prepare.Kill(entireProcessTree: true);
                return $"{program} took longer than {Timeout.TotalMinutes:0} minutes";
            }

            return prepare.ExitCode == 0 ? null : $"{program} ended with code {prepare.ExitCode}";
        }
        catch (Win32Exception failure)
        {
            return $"{program} cannot be run: {failure.Message}";
        }
    }
}
