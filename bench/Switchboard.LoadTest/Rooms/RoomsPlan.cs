using System.IO.Enumeration;
using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Rooms;

/// <summary>A line of the rooms' table: its name on the command line, and its load.</summary>
internal sealed record RoomsRow(string Name, RoomsLoad Load);

/// <summary>What is measured of rooms, and for how long.</summary>
internal static class RoomsPlan
{
    private static readonly bool[] Storing = [false, true];

    public static IReadOnlyList<RoomsRow> Rows(TimeSpan warmup, TimeSpan window, int mostMembers)
    {
        var shapes = new (string Name, RoomsLoad Load)[]
        {
            ("one-room", new RoomsLoad(
                Members: Math.Min(10_000, mostMembers), Rooms: 1, default, IsDurable: false, Size: 100,
                Publishers: 3, Depth: 4, Clients: 3, [default, new Pace(10)], warmup, window)),
            ("many-rooms", new RoomsLoad(
                Members: Math.Min(10_000, mostMembers / 1000 * 1000), Rooms: 1000, default, IsDurable: false, Size: 100,
                Publishers: 1000, Depth: 1, Clients: 3, [default, new Pace(2000)], warmup, window)),
        };
        var loaded =
            from shape in shapes
            from format in Enum.GetValues<RoomFormat>()
            from isDurable in Storing
            select new RoomsRow(
                $"{shape.Name}-{(format == RoomFormat.Json ? "json" : "plain")}-{(isDurable ? "durable" : "ephemeral")}",
                shape.Load with { Format = format, IsDurable = isDurable });

        // As many rooms of one member as files can be open: nothing is said in them.
        var alone = Math.Min(100_000, mostMembers);
        var idle = shapes[0].Load with { Members = alone, Rooms = alone, Publishers = alone, Depth = 1, Format = RoomFormat.Json, IsDurable = true, Paces = [] };
        return [.. loaded, new RoomsRow("rooms-of-one", idle)];
    }

    /// <summary>Those whose name contains the pattern, in which * stands for anything; all without one.</summary>
    public static IReadOnlyList<RoomsRow> Only(this IReadOnlyList<RoomsRow> rows, string? pattern)
    {
        RoomsRow[] chosen = [.. rows.Where(row => pattern is null || FileSystemName.MatchesSimpleExpression($"*{pattern}*", row.Name))];
        return chosen.Length > 0
            ? chosen
            : throw new UsageException($"No row is called '{pattern}'; there are {string.Join(", ", rows.Select(row => row.Name))}.");
    }
}
