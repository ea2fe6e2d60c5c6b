using System.Collections.Concurrent;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>Lends deflaters that remember nothing for the time of a message.</summary>
internal static class Deflaters
{
    // As many are out at a time as threads compress.
    private const int MostSpares = 16;

    private static readonly ConcurrentDictionary<DeflateForm, Spares<Deflater>> ByForm = new();

    /// <summary>Compresses a message by itself: it refers to no other, and none refers to it.</summary>
    /// <param name="form">How.</param>
    /// <param name="message">All of it, and not empty.</param>
    /// <param name="destination">Where it goes. No longer than the message, and it is worth while if it fits.</param>
    /// <param name="length">How much room it took.</param>
    internal static bool TryCompress(DeflateForm form, ReadOnlySpan<byte> message, Span<byte> destination, out int length)
    {
        var spares = ByForm.GetOrAdd(form, static _ => new Spares<Deflater>(MostSpares));
        var deflater = spares.TryTake() ?? new Deflater(form);
        var isCompressed = deflater.TryCompress(message, destination, keepsContext: false, out length);
        if (!spares.TryPut(deflater))
        {
            deflater.Dispose();
        }

        return isCompressed;
    }
}
