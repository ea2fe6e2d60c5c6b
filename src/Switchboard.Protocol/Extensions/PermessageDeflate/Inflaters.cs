namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>Lends inflaters for the time of a message.</summary>
internal static class Inflaters
{
    // One for each message that is being received; between bursts of them this many wait, 40 KiB each.
    private const int MostSpares = 32;

    private static readonly Spares<Inflater> Spares = new(MostSpares);

    internal static Inflater Rent() => Spares.TryTake() ?? new Inflater();

    internal static void Return(Inflater inflater)
    {
        inflater.Reset();
        if (!Spares.TryPut(inflater))
        {
            inflater.Dispose();
        }
    }
}
