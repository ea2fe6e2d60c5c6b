using Switchboard.Protocol.Frames;

namespace Switchboard.Benchmarks.Support;

internal static class Burst
{
    /// <summary>What a client sends: whole masked messages, one after the other, each with a key of its own.</summary>
    internal static byte[] Of(int count, int payloadSize)
    {
        var payload = Payloads.Random(payloadSize);
        var output = new Output(count * (payloadSize + FrameHeader.MaxSize));
        for (var i = 0; i < count; i++)
        {
            FrameWriter.Write(output, Header(payloadSize, MaskingKeys.Random.Next()), payload);
        }

        return output.ToArray();
    }

    internal static FrameHeader Header(int payloadSize, uint key) =>
        new(Fin: true, ReservedBits.None, Opcode.Binary, IsMasked: true, key, payloadSize);
}
