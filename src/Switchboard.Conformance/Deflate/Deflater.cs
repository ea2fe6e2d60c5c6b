using System.IO.Compression;

namespace Switchboard.Conformance.Deflate;

/// <summary>Compresses messages in every shape that RFC 7692 §7.2.1 allows, within a window, with or without the messages before.</summary>
internal sealed class Deflater(int windowBits, bool takesOver)
{
    private readonly int _window = 1 << windowBits;
    private byte[] _history = [];

    /// <returns>The payload: without the 00 00 FF FF that a receiver adds.</returns>
    internal byte[] Deflate(byte[] message, BlockStyle style)
    {
        // zlib is not told of the window: it may only have what lies within.
        var payload = style == BlockStyle.Dynamic && message.Length is > 0 && (message.Length <= _window || windowBits == 15)
            ? ByZlib(message)
            : Own(message, style);

        // Behind a final block a stream begins anew (RFC 1951 §3.2.3): real senders reset, and some receivers do.
        _history = !takesOver || style == BlockStyle.Final ? [] : Last([.. _history, .. message]);
        return payload;
    }

    private static byte[] ByZlib(byte[] message)
    {
        using var bytes = new MemoryStream();
        using var deflate = new DeflateStream(bytes, CompressionLevel.Optimal);
        deflate.Write(message);
        deflate.Flush();
        return bytes.ToArray()[..^4];
    }

    private byte[] Last(byte[] data) => data.Length <= _window ? data : data[^_window..];

    private byte[] Own(byte[] message, BlockStyle style)
    {
        var output = new BitWriter();
        byte[] data = [.. _history, .. message];
        var matcher = new Matcher(data, _window);
        switch (style)
        {
            case BlockStyle.Stored:
                WriteStored(output, message);
                break;
            case BlockStyle.Several:
                WriteSeveral(output, matcher, data);
                break;
            default:
                WriteFixed(output, matcher, _history.Length, data.Length, isFinal: style == BlockStyle.Final);
                break;
        }

        if (style == BlockStyle.Final)
        {
            // RFC 7692 §7.2.3.4: a final block ends its byte, and an empty block without compression follows.
            output.Align();
        }

        // The empty stored block, of which only the header is sent (§7.2.1, item 3).
        output.Write(0, 3);
        output.Align();
        return output.ToArray();
    }

    private void WriteSeveral(BitWriter output, Matcher matcher, byte[] data)
    {
        const int Piece = 1000;
        for (var (start, turn) = (_history.Length, 0); start < data.Length; start += Piece, turn++)
        {
            var end = Math.Min(data.Length, start + Piece);
            if (turn % 3 == 1)
            {
                WriteStored(output, data.AsSpan(start, end - start));
            }
            else
            {
                WriteFixed(output, matcher, start, end, isFinal: false);
            }

            WriteFixed(output, matcher, end, end, isFinal: false);
            WriteStoredBlock(output, []);
        }
    }

    private static void WriteStored(BitWriter output, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var block = bytes[..Math.Min(bytes.Length, 0xFFFF)];
            WriteStoredBlock(output, block);
            bytes = bytes[block.Length..];
        }
    }

    private static void WriteStoredBlock(BitWriter output, ReadOnlySpan<byte> bytes)
    {
        output.Write(0, 3);
        output.Align();
        output.Write(bytes.Length, 16);
        output.Write(~bytes.Length & 0xFFFF, 16);
        output.WriteBytes(bytes);
    }

    private static void WriteFixed(BitWriter output, Matcher matcher, int start, int end, bool isFinal)
    {
        output.Write(isFinal ? 0b011 : 0b010, 3);
        while (start < end)
        {
            var (length, distance) = matcher.Find(start, end);
            if (length == 0)
            {
                FixedCodes.WriteSymbol(output, matcher[start]);
                start++;
            }
            else
            {
                FixedCodes.WriteMatch(output, length, distance);
                start += length;
            }
        }

        FixedCodes.WriteSymbol(output, LengthCodes.EndOfBlock);
    }
}
