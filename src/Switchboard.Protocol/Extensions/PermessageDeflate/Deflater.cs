using System.Diagnostics;
using Switchboard.Protocol.Interop;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>Compresses messages, one whole message at a time. Used by one thread at a time.</summary>
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
