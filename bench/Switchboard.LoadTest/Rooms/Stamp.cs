using System.Globalization;

namespace Switchboard.LoadTest.Rooms;

/// <summary>
/// The first 32 bytes of a payload, in hexadecimal so that they can be text: whose message it is, his how-manieth, and when it was
/// due to be published, by the clock that all processes of the machine share.
/// </summary>
internal readonly record struct Stamp(int Publisher, int Number, long PublishedAt)
{
    public const int Length = 32;

    /// <summary>Publisher and number, which together are the message's id.</summary>
    public const int IdLength = 16;

    public void Write(Span<byte> payload)
    {
        WriteId(payload);
        PublishedAt.TryFormat(payload[IdLength..], out _, "x16", CultureInfo.InvariantCulture);
    }

    public void WriteId(Span<byte> place)
    {
        Publisher.TryFormat(place, out _, "x8", CultureInfo.InvariantCulture);
        Number.TryFormat(place[8..], out _, "x8", CultureInfo.InvariantCulture);
    }

    public static Stamp Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Length
            || !TryReadId(payload, out var publisher, out var number)
            || !long.TryParse(payload[IdLength..Length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var at))
        {
            throw new RunFailedException("A member received a message that nobody published.");
        }

        return new Stamp(publisher, number, at);
    }

    public static bool TryReadId(ReadOnlySpan<byte> id, out int publisher, out int number)
    {
        number = 0;
        publisher = 0;
        return id.Length >= IdLength
            && int.TryParse(id[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out publisher)
            && int.TryParse(id[8..IdLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }
}
