using System.IO.Enumeration;
using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Modes;
using static Switchboard.LoadTest.Servers.ServerTable;

namespace Switchboard.LoadTest.Suite;

/// <summary>What is measured, and for how long.</summary>
internal sealed record Plan(string Kind, int Rounds, IReadOnlyList<Row> Rows)
{
    private static readonly Threshold[] OneInFlight = [new(Kestrel, 0.5), new(Bun, 1.05)];
    private static readonly Threshold[] SixteenKilobytes = [new(Kestrel, 0.35), new(Bun, 0.6)];
    private static readonly Threshold[] ThirtyTwoInFlight = [new(Kestrel, 0.25), new(Bun, 0.6)];
    private static readonly Threshold[] OneMegabyte = [new(Kestrel, 0.2), new(Bun, 0.6)];
    private static readonly Threshold[] FanoutOne = [new(Kestrel, 0.5), new(Bun, 0.9)];
    private static readonly Threshold[] FanoutSixteen = [new(Kestrel, 0.25), new(Bun, 0.9)];
    private static readonly Threshold[] Compared = [new(Kestrel, AtMost: null), new(Bun, AtMost: null)];
    private static readonly Threshold[] IdleMemory = [new(Kestrel, 0.25), new(Bun, 1.0)];

    /// <summary>What stands in the documentation. Takes more than half an hour.</summary>
    public static Plan Full(int mostConnections)
    {
        var (warmup, window) = (TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(1.2));
        return new Plan("full", Rounds: 5,
        [
            Small(64, 20, warmup, window),
            Small(64, 125, warmup, window),
            Small(64, 1024, warmup, window),
            Small(1000, 20, warmup, window),
            Small(1000, 125, warmup, window),
            Small(1000, 1024, warmup, window),
            Burst(20, isText: false, warmup, window),
            Burst(125, isText: false, warmup, window),
            Burst(125, isText: true, warmup, window),
            Large(64, 16 * 1024, SixteenKilobytes, warmup, window),
            Large(1000, 16 * 1024, SixteenKilobytes, warmup, window),
            Large(4, 1024 * 1024, OneMegabyte, warmup, window),
            Fanout(1, FanoutOne, warmup, window),
            Fanout(16, FanoutSixteen, warmup, window),
            new IdleRow("idle", Math.Min(15_000, mostConnections), TimeSpan.FromSeconds(10), IdleMemory),
            Storm(warmup, window),
        ]);
    }

    /// <summary>A first impression, in minutes: fewer rows, shorter and fewer rounds, fewer idle connections.</summary>
    public static Plan Quick(int mostConnections)
    {
        var (warmup, window) = (TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.7));
        return new Plan("quick", Rounds: 3,
        [
            Small(64, 20, warmup, window),
            Small(1000, 1024, warmup, window),
            Burst(20, isText: false, warmup, window),
            Burst(125, isText: true, warmup, window),
            Large(64, 16 * 1024, SixteenKilobytes, warmup, window),
            Large(4, 1024 * 1024, OneMegabyte, warmup, window),
            Fanout(1, FanoutOne, warmup, window),
            Fanout(16, FanoutSixteen, warmup, window),
            new IdleRow("idle", Math.Min(3_000, mostConnections), TimeSpan.FromSeconds(2), IdleMemory),
            Storm(warmup, window),
        ]);
    }

    /// <summary>What TLS costs, with whole handshakes: no session is resumed.</summary>
    public static Plan Secure(int mostConnections)
    {
        var (warmup, window) = (TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(1.2));
        return new Plan("tls", Rounds: 5,
        [
            Small(64, 20, warmup, window) with { Thresholds = Compared },
            Burst(20, isText: false, warmup, window, depth: 16) with { Thresholds = Compared },
            new IdleRow("idle", Math.Min(2000, mostConnections), TimeSpan.FromSeconds(2), Compared),
            Storm(warmup, window, rate: 200),
        ]);
    }

    /// <summary>The rows whose name contains the pattern, in which * stands for anything; all without one.</summary>
    public Plan Only(string? pattern)
    {
        if (pattern is null)
        {
            return this;
        }

        Row[] rows = [.. Rows.Where(row => FileSystemName.MatchesSimpleExpression($"*{pattern}*", row.Name))];
        return rows.Length > 0
            ? this with { Rows = rows }
            : throw new UsageException($"No row is called '{pattern}'; there are {string.Join(", ", Rows.Select(row => row.Name))}.");
    }

    private static EchoRow Small(int connections, int size, TimeSpan warmup, TimeSpan window) => new(
        $"echo-{Short(size)}-{connections}",
        "echo-one-in-flight",
        $"echo {Bytes(size)}, {connections:N0} connections",
        new Load(connections, size, Depth: 1, IsText: false, warmup, window),
        OneInFlight);

    private static EchoRow Burst(int size, bool isText, TimeSpan warmup, TimeSpan window, int depth = 32) => new(
        $"echo-{Short(size)}-64-burst{depth}{(isText ? "-text" : "")}",
        $"echo-{depth}-in-flight",
        $"echo {Bytes(size)}{(isText ? " text" : "")}, 64 connections, {depth} in flight",
        new Load(Connections: 64, size, depth, isText, warmup, window),
        ThirtyTwoInFlight);

    private static EchoRow Large(int connections, int size, Threshold[] thresholds, TimeSpan warmup, TimeSpan window) => new(
        $"echo-{Short(size)}-{connections}",
        "echo-large",
        $"echo {Bytes(size)}, {connections:N0} connections",
        new Load(connections, size, Depth: 1, IsText: false, warmup, window),
        thresholds);

    private static FanoutRow Fanout(int depth, Threshold[] thresholds, TimeSpan warmup, TimeSpan window) =>
        new($"fanout-window{depth}", new FanoutLoad(Members: 1000, Size: 100, depth, warmup, window), thresholds);

    private static ConnectRow Storm(TimeSpan warmup, TimeSpan window, int rate = 5000) =>
        new("connect", new ConnectLoad(rate, Alive: rate / 10, Quiet: 16, warmup, window));

    private static string Short(int size) => Bytes(size).Replace(" ", "", StringComparison.Ordinal);

    private static string Bytes(int size) => size switch
    {
        >= 1024 * 1024 => $"{size / (1024 * 1024)} MiB",
        >= 1024 => $"{size / 1024} KiB",
        _ => $"{size} B",
    };
}
