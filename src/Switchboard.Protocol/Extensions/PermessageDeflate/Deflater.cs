using System.Diagnostics;
using Switchboard.Protocol.Interop;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>Compresses messages, one whole message at a time, or one in pieces. Used by one thread at a time.</summary>
internal sealed unsafe class Deflater : IDisposable
{
    private static readonly byte[] TailBytes = [0x00, 0x00, 0xFF, 0xFF];

    private readonly DeflateForm _form;
    private ZLib.Stream _stream;
    private bool _isFresh;

    internal Deflater(DeflateForm form)
    {
        _form = form;
        Begin();
    }

    ~Deflater() => End();

    /// <summary>
    /// What a message that was compressed in pieces, and flushed, ends in: an empty block without its tail (RFC 7692 §7.2.3.6). The flush's own
    /// tail may have been sent by then.
    /// </summary>
    internal static byte EmptyBlock => 0x00;

    /// <summary>What a sync flush ends in, which no message has on the wire (RFC 7692 §7.2.1, item 3).</summary>
    internal static ReadOnlySpan<byte> Tail => TailBytes;

    /// <summary>What it pins, in bytes, outside the collector's heap (measured: zlib-ng's tables have a fixed size, the window is held twice).</summary>
    internal static int PinnedBytes(int windowBits) => (132 * 1024) + (5 << (windowBits - 1));

    /// <summary>Compresses a message.</summary>
    /// <param name="message">All of it, and not empty.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="keepsContext">Whether the next message may refer to this one.</param>
    /// <param name="length">How much room it took.</param>
    /// <returns>False if it would not fit: then nothing that came before is referred to any more.</returns>
    internal bool TryCompress(ReadOnlySpan<byte> message, Span<byte> destination, bool keepsContext, out int length)
    {
        Debug.Assert(!message.IsEmpty, "zlib flushes nothing when nothing came since the last flush.");
        bool isWhole;
        _isFresh = false;
        fixed (byte* from = message)
        fixed (byte* to = destination)
        fixed (ZLib.Stream* stream = &_stream)
        {
            stream->Point(from, message.Length, to, destination.Length);

            // A full flush is a sync flush which also forgets what came before: a reset, without its cost.
            var result = ZLib.Deflate(stream, keepsContext ? ZLib.SyncFlush : ZLib.FullFlush);

            // zlib has more to say as long as it has used all of the room.
            isWhole = result == ZLib.Ok && stream->AvailableOut > 0;
            length = destination.Length - (int)stream->AvailableOut - TailBytes.Length;
        }

        if (!isWhole)
        {
            Reset();
        }

        return isWhole;
    }

    /// <summary>Compresses a piece of a message.</summary>
    /// <param name="piece">Cut to what there was no room for.</param>
    /// <param name="destination">Where it goes, if there is enough to be worth while.</param>
    /// <param name="flushes">Whether nothing is to be held back: the receiver can read all that came.</param>
    /// <param name="length">How much room it took.</param>
    /// <returns>False if more room is wanted.</returns>
    internal bool Compress(scoped ref ReadOnlySpan<byte> piece, Span<byte> destination, bool flushes, out int length)
    {
        _isFresh = false;
        fixed (byte* from = piece)
        fixed (byte* to = destination)
        fixed (ZLib.Stream* stream = &_stream)
        {
            stream->Point(from, piece.Length, to, destination.Length);

            // A flush of nothing is no error: it has nothing to say.
            _ = ZLib.Deflate(stream, flushes ? ZLib.SyncFlush : ZLib.NoFlush);
            piece = piece[(piece.Length - (int)stream->AvailableIn)..];
            length = destination.Length - (int)stream->AvailableOut;
            return stream->AvailableOut > 0;
        }
    }

    /// <summary>Forgets what came before: no later message refers to it.</summary>
    internal void Reset()
    {
        if (!_isFresh)
        {
            End();
            Begin();
        }
    }

    /// <summary>Gives its memory back. It is of no further use.</summary>
    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void Begin()
    {
        _stream = default;
        _isFresh = true;
        fixed (ZLib.Stream* stream = &_stream)
        {
            if (ZLib.DeflateInit(stream, _form.Level, _form.WindowBits) != ZLib.Ok)
            {
                throw new InsufficientMemoryException("zlib could not be given the memory for a window.");
            }
        }
    }

    private void End()
    {
        fixed (ZLib.Stream* stream = &_stream)
        {
            // None, if it could not be given its memory; and zlib does not look.
            if (stream->State != null)
            {
                _ = ZLib.DeflateEnd(stream);
            }
        }
    }
}
