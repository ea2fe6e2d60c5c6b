namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>Lends inflaters for the time of a message.</summary>
internal static class Inflaters
{
    // One for each message that is being received; between bursts of them this many wait, 40 KiB each.
    private const int MostSpares = 32;

    private static readonly Spares<Inflater>[] ByWindowBits = Make();

    /// <param name="windowBits">8 to 15; zlib cannot have a window of 8, and a larger one reads what was made for a smaller.</param>
    internal static Inflater Rent(int windowBits)
    {
        windowBits = Math.Max(windowBits, DeflateParameters.LeastWindowBits);
        return SparesOf(windowBits).TryTake() ?? new Inflater(windowBits);
    }

    internal static void Return(Inflater inflater)
    {
        inflater.Reset();
        if (!SparesOf(inflater.WindowBits).TryPut(inflater))
        {
            inflater.Dispose();
        }
    }

    private static Spares<Inflater> SparesOf(int windowBits) => ByWindowBits[windowBits - DeflateParameters.LeastWindowBits];

    private static Spares<Inflater>[] Make() =>
        [.. Enumerable.Range(DeflateParameters.LeastWindowBits, DeflateParameters.MostWindowBits - DeflateParameters.LeastWindowBits + 1)
            .Select(_ => new Spares<Inflater>(MostSpares))];
}
