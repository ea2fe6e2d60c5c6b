using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Rooms;

/// <summary>The whole table: every round of every row.</summary>
internal sealed record RoomsSuiteResult(
    DateTimeOffset Measured, string CommandLine, Machine Machine, RoomsPlace Place, int Rounds, IReadOnlyList<RoomsRow> Rows)
{
    /// <summary>By row's name.</summary>
    public Dictionary<string, List<RoomsResult>> Results { get; } = [];

    /// <summary>By row's name: why it has no results.</summary>
    public Dictionary<string, string> Failures { get; } = [];
}
