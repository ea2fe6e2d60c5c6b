using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Switchboard.Protocol.Frames;

/// <summary>The mask of RFC 6455 §5.3: byte i of the payload is XORed with byte i mod 4 of the key. Masking and unmasking are the same.</summary>
internal static class Masking
{
    /// <summary>Masks or unmasks in place, at any alignment.</summary>
    /// <param name="data">A piece of the payload.</param>
    /// <param name="key">The key's four bytes as they lie in memory.</param>
    /// <param name="offset">Where in the payload the piece begins, in bytes.</param>
    internal static void Apply(Span<byte> data, uint key, long offset = 0) => Apply(data, data, key, offset);

    /// <summary>Masks or unmasks into another place, so that what has to be copied anyway is gone over once.</summary>
    /// <param name="source">A piece of the payload.</param>
    /// <param name="destination">At least as long. It may be the source itself, but must not overlap it otherwise.</param>
    /// <param name="key">The key's four bytes as they lie in memory.</param>
    /// <param name="offset">Where in the payload the piece begins, in bytes.</param>
    internal static void Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint key, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, source.Length, nameof(destination));
        key = Rotate(key, offset);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var length = (nuint)source.Length;
        nuint i = 0;

        // Every step below is a multiple of four bytes, so the key stays in phase with the data.
        if (Vector512.IsHardwareAccelerated && length >= 256)
        {
            var mask = Vector512.Create(key).AsByte();
            for (; i + 256 <= length; i += 256)
            {
                var a = Vector512.LoadUnsafe(ref from, i) ^ mask;
                var b = Vector512.LoadUnsafe(ref from, i + 64) ^ mask;
                var c = Vector512.LoadUnsafe(ref from, i + 128) ^ mask;
                var d = Vector512.LoadUnsafe(ref from, i + 192) ^ mask;
                a.StoreUnsafe(ref to, i);
                b.StoreUnsafe(ref to, i + 64);
                c.StoreUnsafe(ref to, i + 128);
                d.StoreUnsafe(ref to, i + 192);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            var mask = Vector256.Create(key).AsByte();
            for (; i + 32 <= length; i += 32)
            {
                (Vector256.LoadUnsafe(ref from, i) ^ mask).StoreUnsafe(ref to, i);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            var mask = Vector128.Create(key).AsByte();
            for (; i + 16 <= length; i += 16)
            {
                (Vector128.LoadUnsafe(ref from, i) ^ mask).StoreUnsafe(ref to, i);
            }
        }

        for (; i + 4 <= length; i += 4)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, i)) ^ key);
        }

        for (; i < length; i++)
        {
            Unsafe.Add(ref to, i) = (byte)(Unsafe.Add(ref from, i) ^ KeyByte(key, (int)i & 3));
        }
    }

    // Brings the key byte that belongs to payload position `offset` to the front.
    private static uint Rotate(uint key, long offset)
    {
        var bits = (int)(offset & 3) * 8;
        return BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, bits) : BitOperations.RotateLeft(key, bits);
    }

    private static byte KeyByte(uint key, int index) =>
        (byte)(BitConverter.IsLittleEndian ? key >> (8 * index) : key >> (8 * (3 - index)));
}
