using System.Buffers;
using System.IO.Compression;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>What lay in a buffer before must not reach the wire: buffers are full of canaries, and none is ever sent.</summary>
[Collection(nameof(Memory_is_quiet))]
public class Canaries
{
    [Theory]
    [CombinatorialRoles(0, 1, 2, 60, 124, 125)]
    public void CVE_2026_45736_and_CVE_2016_10518_none_in_a_ping_a_pong_or_a_close(string sender, int length)
    {
        FillThePool();
        var role = Wire.RoleOf(sender);
        var payload = Enumerable.Range(0, length).Select(i => (byte)(i % 100)).ToArray();
        var reason = new string('r', Math.Min(length, 123));
        var output = new CanaryWriter();
        var connection = new ProtocolConnection(role, MessageLimits.Default, keys: new SampleKeys());

        connection.WritePing(output, payload);
        connection.WritePong(output, payload);
        connection.WriteClose(output, CloseCode.NormalClosure, reason);

        output.ExpectExactly(
            [.. Wire.Frame(role, 0x89, payload), .. Wire.Frame(role, 0x8A, payload), .. Wire.Frame(role, 0x88, [0x03, 0xE8, .. Wire.Utf8(reason)])]);
    }

    [Theory]
    [CombinatorialRoles(1, 2, 125, 1024, 10_000, 65_536, 100_000)]
    public void CVE_2026_45736_and_CVE_2016_10518_none_in_a_compressed_message(string sender, int length)
    {
        var role = Wire.RoleOf(sender);
        var message = Enumerable.Range(0, length).Select(i => (byte)(i % 100)).ToArray();
        foreach (var agreed in Agreed.All[1..])
        {
            FillThePool();
            using var deflate = agreed.For(role)!;
            var output = new CanaryWriter();
            var connection = new ProtocolConnection(role, MessageLimits.Default, deflate, new SampleKeys());
            var destination = new byte[length + 100];
            destination.AsSpan().Fill(CanaryWriter.Canary);
            int compressed;
            using (var sending = deflate.BeginSending())
            {
                Assert.True(sending.TryCompress(message, destination, out compressed));
            }

            connection.WriteMessage(output, Opcode.Binary, destination.AsSpan(0, compressed), isCompressed: true);

            // What is sent says the message, and not a byte more.
            output.ExpectExactly(Wire.Frame(role, 0xC2, destination.AsSpan(0, compressed)));
            using var inflating = new DeflateStream(new MemoryStream([.. destination[..compressed], 0x00, 0x00, 0xFF, 0xFF]), CompressionMode.Decompress);
            var inflated = new MemoryStream();
            inflating.CopyTo(inflated);
            Assert.Equal(message, inflated.ToArray());
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void CVE_2026_45736_and_CVE_2016_10518_none_in_a_message_that_was_inflated(string receiver)
    {
        FillThePool();
        var role = Wire.RoleOf(receiver);
        using var deflate = Agreed.Of(role, Agreed.Shared);
        var endpoint = new Endpoint(role, deflate: deflate);
        foreach (var length in new[] { 0, 1, 1000, 1024, 1025, 50_000 })
        {
            var message = Enumerable.Range(0, length).Select(i => (byte)(i % 100)).ToArray();
            Assert.Equal([Happening.Binary(message)], endpoint.FeedByteByByte(Wire.Frame(Wire.Other(role), 0xC2, Bomb.Compress(message))));
        }
    }

    private static void FillThePool()
    {
        foreach (var size in new[] { 16, 64, 128, 1024, 4096, 65_536, 131_072 })
        {
            foreach (var buffer in Enumerable.Range(0, 4).Select(_ => ArrayPool<byte>.Shared.Rent(size)).ToList())
            {
                buffer.AsSpan().Fill(CanaryWriter.Canary);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private sealed class SampleKeys : MaskingKeys
    {
        internal override uint Next() => BitConverter.ToUInt32(Wire.SampleKey);
    }
}
