using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Servers;

/// <summary>Every server the suite knows.</summary>
internal static class ServerTable
{
    public const string Ours = "switchboard";
    public const string Kestrel = "kestrel";
    public const string Bun = "bun";
    public const string Floor = "floor";

    private const string EchoServer = "dotnet bench/Switchboard.EchoServer/bin/Release/net10.0/Switchboard.EchoServer.dll --port {port}";
    private const string Application = "dotnet app/Switchboard.Server/bin/Release/net10.0/Switchboard.Server.dll --port {port}";

    public static IReadOnlyList<KnownServer> All { get; } =
    [
        new(Ours, $"{EchoServer} --transport epoll", "/echo", "/fanout"),
        new("sockets", $"{EchoServer} --transport sockets", "/echo", "/fanout"),
        new("aspnetcore", Application, "/echo", "/rooms/bench"),
        Peer(Kestrel),
        Peer(Bun),
        Peer("ws"),
        Peer("gorilla"),
        Peer(Floor) with { EchoPath = "/", FanoutPath = null, IsRaw = true },
    ];

    /// <summary>Those that speak TLS, all with a certificate of the same kind, and ours without it: what TLS adds.</summary>
    public static IReadOnlyList<KnownServer> Secure { get; } =
    [
        OverTls(new(Ours, $"{EchoServer} --transport epoll", "/echo", "/fanout")),
        new("without-tls", $"{EchoServer} --transport epoll", "/echo", "/fanout"),
        OverTls(Peer(Kestrel)),
        OverTls(Peer(Bun)),
    ];

    /// <summary>Those of a table that are named, in its order; all if none is.</summary>
    public static IReadOnlyList<KnownServer> Named(string? names, IReadOnlyList<KnownServer> all)
    {
        if (names is null)
        {
            return all;
        }

        var wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return wanted.FirstOrDefault(name => all.All(server => server.Name != name)) is { } stranger
            ? throw new UsageException($"There is no server {stranger}; there are {string.Join(", ", all.Select(server => server.Name))}.")
            : [.. all.Where(server => wanted.Contains(server.Name))];
    }

    private static KnownServer OverTls(KnownServer server) => server with { CommandLine = $"{server.CommandLine} --tls", IsSecure = true };

    private static KnownServer Peer(string name) =>
        new(name, $"bench/peers/{name}/start {{port}}", "/echo", "/fanout", Prepare: $"bench/peers/{name}/prepare");
}
