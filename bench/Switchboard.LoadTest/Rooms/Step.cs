namespace Switchboard.LoadTest.Rooms;

/// <summary>The script that all processes follow: a step begins when the command says so, and its number is written when it is done.</summary>
internal static class Step
{
    /// <summary>Some connections come and go, so that code and its compiling do not count as the members'.</summary>
    public const long Prime = 1;

    public const long Join = 2;

    /// <summary>The last: look whether everything is there, and leave.</summary>
    public const long Leave = long.MaxValue;

    public static long Load(int number) => Join + 1 + (2 * number);

    /// <summary>Publish no more, and wait until everything has reached everybody.</summary>
    public static long Drain(int number) => Load(number) + 1;
}
