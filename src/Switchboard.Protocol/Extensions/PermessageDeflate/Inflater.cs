using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Interop;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>Takes compressed bytes and gives back what they say, as much of it at a time as there is room for. Used by one thread at a time.</summary>
internal sealed unsafe class Inflater : IDisposable
{
    /// <summary>What it pins, in bytes, outside the collector's heap: the window, and zlib's tables (measured: 7 KiB before the window is used).</summary>
    internal const int PinnedBytes = 40 * 1024;

    // Also for a peer that has agreed on a smaller one. Of those zlib knows only what it holds between two calls, so whether it refuses a
    // reference that goes further back would depend on how the bytes come; and it takes the memory of the largest anyway.
    private const int WindowBits = DeflateParameters.MostWindowBits;

    private ZLib.Stream _stream;

    internal Inflater()
    {
        fixed (ZLib.Stream* stream = &_stream)
        {
            if (ZLib.InflateInit(stream, WindowBits) != ZLib.Ok)
            {
                GC.SuppressFinalize(this);
                throw new InsufficientMemoryException("zlib could not be given the memory for a window.");
            }
        }
    }

    ~Inflater()
    {
        fixed (ZLib.Stream* stream = &_stream)
        {
            _ = ZLib.InflateEnd(stream);
        }
    }

    /// <summary>Whether nothing was taken since the beginning, a reset, or a final block.</summary>
    internal bool IsAtStart { get; private set; } = true;

    /// <summary>How many compressed bytes of the message were taken.</summary>
    internal long Taken { get; private set; }

    internal void BeginMessage() => Taken = 0;

    /// <param name="input">Compressed bytes; cut to what was not looked at, because there was no more room.</param>
    /// <param name="output">Room for what they say.</param>
    /// <param name="written">How much of it was used. If it is less than all of it, the input is at its end.</param>
    /// <returns>Done at the end of a final block, which is followed by a new beginning; needs more in any other place; invalid for ever.</returns>
    internal ReadStatus Inflate(scoped ref ReadOnlySpan<byte> input, scoped Span<byte> output, out int written)
    {
        int result;
        fixed (byte* from = input)
        fixed (byte* to = output)
        fixed (ZLib.Stream* stream = &_stream)
        {
            stream->Point(from, input.Length, to, output.Length);
            result = ZLib.Inflate(stream, ZLib.SyncFlush);
            written = output.Length - (int)stream->AvailableOut;
            var taken = input.Length - (int)stream->AvailableIn;
            IsAtStart &= taken == 0;
            Taken += taken;
            input = input[taken..];
        }

        switch (result)
        {
            case ZLib.Ok or ZLib.BufferError:
                return ReadStatus.NeedsMore;
            case ZLib.StreamEnd:
                Reset();
                return ReadStatus.Done;
            default:
                return ReadStatus.Invalid;
        }
    }

    /// <summary>Forgets all that came.</summary>
    internal void Reset()
    {
        fixed (ZLib.Stream* stream = &_stream)
        {
            _ = ZLib.InflateReset(stream, WindowBits);
        }

        IsAtStart = true;
    }

    /// <summary>Gives its memory back. It is of no further use.</summary>
    public void Dispose()
    {
        fixed (ZLib.Stream* stream = &_stream)
        {
            _ = ZLib.InflateEnd(stream);
        }

        GC.SuppressFinalize(this);
    }
}
