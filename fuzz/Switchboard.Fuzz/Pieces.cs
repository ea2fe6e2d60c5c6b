namespace Switchboard.Fuzz;

/// <summary>A way to cut data, as a byte says: pieces of 1 to 16 bytes and of 1 to 256 bytes take turns.</summary>
internal readonly record struct Pieces(byte Choice)
{
    private bool IsWhole { get; init; }

    internal static Pieces Whole { get; } = new(0) { IsWhole = true };

    internal static Pieces ByteByByte { get; } = new(0);

    /// <summary>Takes the piece of this number off.</summary>
    internal ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> data, int number)
    {
        var (few, root) = (1 + (Choice >> 4), 1 + (Choice & 15));
        var size = IsWhole ? data.Length : Math.Min(data.Length, number % 2 == 0 ? few : root * root);
        var piece = data[..size];
        data = data[size..];
        return piece;
    }
}
