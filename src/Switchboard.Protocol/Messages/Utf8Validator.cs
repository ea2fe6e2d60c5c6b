using System.Text.Unicode;

namespace Switchboard.Protocol.Messages;

/// <summary>
/// Checks UTF-8 that comes in pieces, cut anywhere, and knows a wrong sequence at its first wrong byte (RFC 6455 §8.1;
/// the byte ranges are table 3-7 of the Unicode standard). A mutable struct: three bytes of state.
/// </summary>
internal struct Utf8Validator
{
    // The continuation bytes still missing, and the range that the next one must be in.
    private byte _missing;
    private byte _lowest;
    private byte _highest;

    /// <summary>Whether what was appended so far ends at a character's edge.</summary>
    internal readonly bool IsComplete => _missing == 0;

    /// <returns>False as soon as no continuation could make the whole valid; the validator is then of no further use.</returns>
    internal bool Append(ReadOnlySpan<byte> piece)
    {
        while (_missing > 0)
        {
            if (piece.IsEmpty)
            {
                return true;
            }

            if (!Step(piece[0]))
            {
                return false;
            }

            piece = piece[1..];
        }

        // The bulk goes to the runtime's vectorized check; only a character cut at the end needs our own.
        var cut = StartOfCutCharacter(piece);
        if (!Utf8.IsValid(piece[..cut]))
        {
            return false;
        }

        foreach (var value in piece[cut..])
        {
            if (!Step(value))
            {
                return false;
            }
        }

        return true;
    }

    // The last lead byte, if its character is not complete; else the end.
    private static int StartOfCutCharacter(ReadOnlySpan<byte> piece)
    {
        for (var back = 1; back <= 3 && back <= piece.Length; back++)
        {
            var value = piece[^back];
            if (value < 0x80)
            {
                break;
            }

            if (value >= 0xC0)
            {
                var needed = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                return needed > back ? piece.Length - back : piece.Length;
            }
        }

        return piece.Length;
    }

    private bool Step(byte value)
    {
        if (_missing > 0)
        {
            if (value < _lowest || value > _highest)
            {
                return false;
            }

            return Expect(--_missing, 0x80, 0xBF);
        }

        return value switch
        {
            < 0x80 => true,
            < 0xC2 => false, // a continuation byte, or an overlong two byte form
            <= 0xDF => Expect(1, 0x80, 0xBF),
            0xE0 => Expect(2, 0xA0, 0xBF), // not overlong
            0xED => Expect(2, 0x80, 0x9F), // not a surrogate
            <= 0xEF => Expect(2, 0x80, 0xBF),
            0xF0 => Expect(3, 0x90, 0xBF), // not overlong
            <= 0xF3 => Expect(3, 0x80, 0xBF),
            0xF4 => Expect(3, 0x80, 0x8F), // not over U+10FFFF
            _ => false,
        };
    }

    private bool Expect(int missing, byte lowest, byte highest)
    {
        _missing = (byte)missing;
        _lowest = lowest;
        _highest = highest;
        return true;
    }
}
