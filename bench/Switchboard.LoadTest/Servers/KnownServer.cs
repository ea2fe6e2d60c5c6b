namespace Switchboard.LoadTest.Servers;

/// <summary>A server of the suite: how it is started from the repository's root, and what it can do.</summary>
/// <param name="Name">What it is called in tables and on the command line.</param>
/// <param name="CommandLine">With a place for the port; must end as the server itself, for that process is measured.</param>
/// <param name="EchoPath">Where it sends each message back.</param>
/// <param name="FanoutPath">Where it sends each message to everybody; null if it cannot.</param>
/// <param name="Prepare">The program that installs what it needs; null if it is built with the solution.</param>
/// <param name="IsRaw">It speaks no WebSocket and sends back the bytes it gets: how fast the kernel is.</param>
/// <param name="IsSecure">It speaks TLS.</param>
internal sealed record KnownServer(
    string Name, string CommandLine, string EchoPath, string? FanoutPath, string? Prepare = null, bool IsRaw = false, bool IsSecure = false)
{
    public ServerCommand Command => new(Name, CommandLine, IsRaw, IsSecure);
}
