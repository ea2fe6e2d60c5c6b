using System.Buffers;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Frames;

public class Section_5_3_Masking
{
    private static readonly uint Key = BitConverter.ToUInt32(Wire.SampleKey);

    [Fact]
    public void Masks_the_sample_of_the_RFC()
    {
        var payload = Wire.Utf8("Hello");

        Masking.Apply(payload, Key);

        Assert.Equal("7F9F4D5158", Wire.Hex(payload));
    }

    [Fact]
    public void Every_length_at_every_alignment_is_masked_as_the_RFC_says()
    {
        const int Canary = 0xCA;
        var plain = Payload(600);
        for (var length = 0; length <= 600; length++)
        {
            var expected = Wire.Masked(plain.AsSpan(0, length), Wire.SampleKey);
            for (var alignment = 0; alignment < 8; alignment++)
            {
                var memory = Enumerable.Repeat((byte)Canary, alignment + length + 64).ToArray();
                var place = memory.AsSpan(alignment, length);
                plain.AsSpan(0, length).CopyTo(place);

                Masking.Apply(place, Key);

                Assert.True(place.SequenceEqual(expected), $"length {length}, alignment {alignment}");
                Assert.False(memory.AsSpan(0, alignment).ContainsAnyExcept((byte)Canary));
                Assert.False(memory.AsSpan(alignment + length).ContainsAnyExcept((byte)Canary));
            }
        }
    }

    [Fact]
    public void A_piece_at_any_offset_continues_the_mask()
    {
        var plain = Payload(600);
        foreach (var offset in new long[] { 0, 1, 2, 3, 4, 5, 6, 7, 1021, uint.MaxValue, uint.MaxValue + 1L, long.MaxValue - 600 })
        {
            for (var length = 0; length <= 600; length++)
            {
                var piece = plain.AsSpan(0, length).ToArray();

                Masking.Apply(piece, Key, offset);

                Assert.True(piece.AsSpan().SequenceEqual(Wire.Masked(plain.AsSpan(0, length), Wire.SampleKey, (int)(offset & 3))), $"length {length}, offset {offset}");
            }
        }
    }

    [Fact]
    public void Masking_twice_is_the_identity()
    {
        var payload = Payload(1000);

        Masking.Apply(payload, Key, 3);
        Masking.Apply(payload, Key, 3);

        Assert.Equal(Payload(1000), payload);
    }

    [Fact]
    public void A_payload_cut_anywhere_is_unmasked_as_one()
    {
        var payload = Payload(300);
        var frame = Wire.Frame(Role.Client, 0x82, payload);
        for (var cut = 0; cut <= frame.Length; cut++)
        {
            var server = Endpoint.Server();
            server.Feed(frame.AsSpan(0, cut));
            server.Feed(frame.AsSpan(cut));
            Assert.Equal([Happening.Binary(payload)], server.Happenings);
        }
    }

    [Fact]
    public void Keys_do_not_repeat()
    {
        var keys = Enumerable.Range(0, 10_000).Select(_ => MaskingKeys.Random.Next()).ToList();

        // Of 10,000 fair draws from 2^32 values, about 0.01 pairs are equal: three would be a fault.
        Assert.True(keys.Distinct().Count() > 9_997);
        for (var bit = 0; bit < 32; bit++)
        {
            Assert.InRange(keys.Count(key => (key >> bit & 1) == 1), 4_500, 5_500);
        }
    }

    [Fact]
    public void Two_threads_do_not_share_keys()
    {
        var draws = new uint[2][];
        var threads = Enumerable.Range(0, 2).Select(i => new Thread(() => draws[i] = [.. Enumerable.Range(0, 1000).Select(_ => MaskingKeys.Random.Next())])).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.True(draws[0].Intersect(draws[1]).Count() < 3);
    }

    [Fact]
    public void A_client_takes_a_fresh_key_for_each_frame()
    {
        var client = new ProtocolConnection(Role.Client, MessageLimits.Default);
        var keys = new HashSet<uint>();
        for (var i = 0; i < 1000; i++)
        {
            var output = new ArrayBufferWriter<byte>();
            Assert.True(i % 2 == 0 ? client.WriteMessage(output, Opcode.Text, "same"u8) : client.WritePing(output, "same"u8));
            FrameReader.TryRead(output.WrittenSpan, out var header, out _);
            Assert.True(header.IsMasked);
            keys.Add(header.MaskingKey);
        }

        Assert.True(keys.Count > 997);
    }

    [Fact]
    public void A_server_masks_nothing()
    {
        var server = Endpoint.Server();

        server.Connection.WriteMessage(server.Output, Opcode.Text, "Hello"u8);
        server.Connection.WritePing(server.Output, "Hello"u8);
        server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, "");

        Assert.Equal("810548656C6C6F" + "890548656C6C6F" + "880203E8", server.Written);
    }

    [Fact]
    public void A_client_has_no_prepared_frames()
    {
        // One key for many frames is what §5.3 forbids.
        var client = Endpoint.Client();

        Assert.False(client.Connection.AdmitsPrepared());

        Assert.Equal("", client.Written);
    }

    private static byte[] Payload(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
}
