using System.Globalization;
using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Rooms;

/// <summary>How fast all publishers together publish: so many messages a second, come what may, or as fast as messages are received.</summary>
internal readonly record struct Pace(int? PerSecond)
{
    private const string AsFastAsReceived = "max";

    public bool IsMax => PerSecond is null;

    public static Pace Parse(string text)
    {
        if (text == AsFastAsReceived)
        {
            return default;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 10_000_000
            ? new Pace(number)
            : throw new UsageException($"--rate takes messages per second, or {AsFastAsReceived}, not '{text}'.");
    }

    public override string ToString() => PerSecond?.ToString(CultureInfo.InvariantCulture) ?? AsFastAsReceived;
}
