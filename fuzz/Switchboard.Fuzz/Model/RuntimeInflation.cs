using System.IO.Compression;

namespace Switchboard.Fuzz.Model;

internal enum InflationEnd
{
    /// <summary>At the end of a final block, and of the data.</summary>
    AfterFinalBlock,

    /// <summary>Anywhere else: more could follow.</summary>
    Open,

    Invalid,

    TooBig,
}

/// <summary>What the runtime's <see cref="DeflateStream"/> makes of data, in which a new beginning may follow a final block.</summary>
internal static class RuntimeInflation
{
    /// <param name="data">RFC 1951 alone.</param>
    /// <param name="limit">No more than this is inflated.</param>
    /// <param name="output">What it says; of invalid data what came before the fault, less what the runtime kept to itself.</param>
    internal static InflationEnd Of(byte[] data, int limit, out byte[] output)
    {
        using var inflated = new MemoryStream();
        var end = Inflate(data, limit, inflated);
        output = inflated.ToArray();
        return end;
    }

    private static InflationEnd Inflate(byte[] data, int limit, MemoryStream inflated)
    {
        var end = InflationEnd.AfterFinalBlock;
        var room = new byte[4096];
        for (var start = 0; start < data.Length;)
        {
            using var source = new OneByOne(data, start);
            using var inflating = new DeflateStream(source, CompressionMode.Decompress);
            try
            {
                int count;
                while ((count = inflating.Read(room)) > 0)
                {
                    inflated.Write(room, 0, count);
                    if (inflated.Length > limit)
                    {
                        return InflationEnd.TooBig;
                    }
                }
            }
            catch (InvalidDataException)
            {
                // The runtime says so too when the data ends before it should.
                if (!source.WasAskedForMore)
                {
                    return InflationEnd.Invalid;
                }
            }

            end = source.WasAskedForMore ? InflationEnd.Open : InflationEnd.AfterFinalBlock;
            start = source.Place;
        }

        return end;
    }

    /// <summary>Gives a byte at a time, so that it is known how many were needed.</summary>
    private sealed class OneByOne(byte[] data, int start) : Stream
    {
        internal int Place { get; private set; } = start;

        internal bool WasAskedForMore { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (Place == data.Length)
            {
                WasAskedForMore = true;
                return 0;
            }

            buffer[0] = data[Place++];
            return 1;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
