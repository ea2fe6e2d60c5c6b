using System.Runtime.InteropServices;

namespace Switchboard.LoadTest.Wire;

/// <summary>
/// The first four bytes of a payload: a 16-bit number as letters from a to p, so that it can be text, and so that a message lost,
/// doubled or out of turn shows. Payloads too short for it have none.
/// </summary>
internal static class MessageNumber
{
    public const int Length = 4;

    public const int Period = 1 << 16;

    public static void Write(Span<byte> payload, int number) => MemoryMarshal.Write(payload, Letters(number));

    /// <summary>Whether <paramref name="bytes"/>, which begin at <paramref name="offset"/> of a payload, agree with its number.</summary>
    public static bool Matches(int number, int offset, ReadOnlySpan<byte> bytes)
    {
        if (offset == 0 && bytes.Length >= Length)
        {
            return MemoryMarshal.Read<uint>(bytes) == Letters(number);
        }

        Span<byte> letters = stackalloc byte[Length];
        Write(letters, number);
        var here = letters[offset..Math.Min(Length, offset + bytes.Length)];
        return bytes.StartsWith(here);
    }

    // One nibble to a byte; which of them comes first does not matter, as long as reader and writer agree.
    private static uint Letters(int number)
    {
        var bits = (uint)number & 0xFFFF;
        bits = (bits | (bits << 8)) & 0x00FF00FF;
        bits = (bits | (bits << 4)) & 0x0F0F0F0F;
        return bits + 0x61616161; // 'a' four times
    }
}
