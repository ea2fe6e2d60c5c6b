using System.Globalization;
using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Modes;

/// <summary>Who publishes what, and for how long.</summary>
internal sealed record LogLoad(int Publishers, int InFlight, int Rooms, int Size, int Rate, int Keep, bool HasIds, TimeSpan Window, TimeSpan Warmup)
{
    public static LogLoad Parse(Arguments arguments) => new(
        arguments.Number("--publishers", 1, 10_000) ?? 100,
        arguments.Number("--in-flight", 1, 1_000) ?? 16,
        arguments.Number("--rooms", 1, 100_000) ?? 1,
        arguments.Number("--size", 0, 1_000_000) ?? 100,
        arguments.Number("--rate", 1, 1_000_000) ?? 25_000,
        arguments.Number("--keep", 1, int.MaxValue) ?? 10_000,
        !arguments.Has("--no-ids"),
        arguments.Seconds("--seconds", 10),
        arguments.Seconds("--warmup", 2));

    /// <summary>An id like those of browsers: no order is in it, so each goes to another page of the index.</summary>
    public static string Id(long number)
    {
        var scattered = (ulong)number * 0x9E3779B97F4A7C15;
        return (scattered ^ (scattered >> 29)).ToString("x16", CultureInfo.InvariantCulture);
    }

    public override string ToString() =>
        $"{Publishers} publishers with {InFlight} in flight, {Rooms} rooms, {Size} bytes, {(HasIds ? "with" : "without")} ids, {Keep} messages of a room kept";
}
