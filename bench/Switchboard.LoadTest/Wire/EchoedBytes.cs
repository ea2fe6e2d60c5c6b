namespace Switchboard.LoadTest.Wire;

/// <summary>The replies of a raw server: the burst as it was sent, mask and all, byte by byte, over and over.</summary>
internal sealed class EchoedBytes(Burst burst) : Replies
{
    private int _received;

    public override int Read(ReadOnlySpan<byte> bytes)
    {
        var messages = 0;
        while (!bytes.IsEmpty)
        {
            var taken = bytes[..Math.Min(bytes.Length, burst.Bytes.Length - _received)];
            if (!taken.SequenceEqual(burst.Bytes.AsSpan(_received, taken.Length)))
            {
                throw new RunFailedException("The server's bytes are not those it was sent.");
            }

            var before = _received / burst.FrameLength;
            _received += taken.Length;
            messages += (_received / burst.FrameLength) - before;
            if (_received == burst.Bytes.Length)
            {
                _received = 0;
            }

            bytes = bytes[taken.Length..];
        }

        return messages;
    }
}
