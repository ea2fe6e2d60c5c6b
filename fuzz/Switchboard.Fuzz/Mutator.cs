namespace Switchboard.Fuzz;

/// <summary>Makes inputs from other inputs. The same seed makes the same ones.</summary>
internal sealed class Mutator(int seed)
{
    private const int MostBytes = 4096;

    // Lengths and codes at which something changes, and bytes that mean something to one target or another.
    private static readonly byte[] Telling =
        [.. "\0\x01\x7D\x7E\x7F\x80\x81\x82\x88\x89\x8A\xC1\xC2\xFE\xFF"u8, .. " \t\r\n:;,=\"\\/#"u8, 0x03, 0xE8, 0xED, 0xF0, 0xF4, 0xC0, 0xE0, 0xA0, 0xBF];

    private readonly Random _random = new(seed);

    /// <summary>One of the inputs, changed in one place or a few; now and then something that is like none of them.</summary>
    internal byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        if (corpus.Count == 0 || _random.Next(50) == 0)
        {
            var anything = new byte[_random.Next(64)];
            _random.NextBytes(anything);
            return anything;
        }

        var bytes = new List<byte>(corpus[_random.Next(corpus.Count)]);
        for (var changes = 1 << _random.Next(4); changes > 0; changes--)
        {
            Change(bytes, corpus);
        }

        return [.. bytes.Count > MostBytes ? bytes[..MostBytes] : bytes];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> corpus)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)_random.Next(256));
            return;
        }

        var place = _random.Next(bytes.Count);
        var length = Math.Min(1 + _random.Next(1 << _random.Next(7)), bytes.Count - place);
        switch (_random.Next(9))
        {
            case 0:
                bytes[place] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[place] = (byte)_random.Next(256);
                break;
            case 2:
                bytes[place] = Telling[_random.Next(Telling.Length)];
                break;
            case 3:
                bytes[place] += (byte)_random.Next(-4, 5);
                break;
            case 4:
                bytes.Insert(place, Telling[_random.Next(Telling.Length)]);
                break;
            case 5:
                bytes.RemoveRange(place, length);
                break;
            case 6:
                bytes.InsertRange(_random.Next(bytes.Count), bytes.GetRange(place, length));
                break;
            case 7:
                // A piece of another input, at the end or in the middle.
                bytes.InsertRange(_random.Next(2) == 0 ? bytes.Count : place, PieceOf(corpus[_random.Next(corpus.Count)]));
                break;
            default:
                // One input's beginning, another's end.
                bytes.RemoveRange(place, bytes.Count - place);
                bytes.AddRange(PieceOf(corpus[_random.Next(corpus.Count)]));
                break;
        }
    }

    private ReadOnlySpan<byte> PieceOf(byte[] input)
    {
        var start = _random.Next(input.Length + 1);
        return input.AsSpan(start, Math.Min(_random.Next(1, 200), input.Length - start));
    }
}
