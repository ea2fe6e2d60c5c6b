using System.IO.Compression;
using System.Text;
using CsCheck;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Extensions;

public class Rfc_7692_7_2_Messages
{
    private const string Hello = "F2 48 CD C9 C9 07 00";

    [Theory]
    [InlineData(Hello)]                                                // §7.2.3.1
    [InlineData("00 05 00 FA FF 48 65 6C 6C 6F 00")]                   // §7.2.3.3: a block without compression
    [InlineData("F3 48 CD C9 C9 07 00 00")]                            // §7.2.3.4: a final block, and an empty one behind it
    [InlineData("F3 48 CD C9 C9 07 00")]                               // a final block alone, which some senders leave so
    [InlineData("F2 48 05 00 00 00 FF FF CA C9 C9 07 00")]             // §7.2.3.5: two blocks
    [InlineData("00 00 00 FF FF 00 00 00 FF FF F2 48 CD C9 C9 07 00")] // empty blocks before it
    public void The_examples_of_the_RFC_are_read(string compressed)
    {
        foreach (var agreed in Agreed.All[1..])
        {
            foreach (var role in new[] { Role.Server, Role.Client })
            {
                Assert.Equal([Happening.Text("Hello")], new Endpoint(role, deflate: agreed.For(role)).Receive(0xC1, Wire.Bytes(compressed)));
            }
        }
    }

    [Theory]
    [InlineData("00")] // §7.2.3.6
    [InlineData("")]   // what zlib's flush makes of nothing, when nothing came since the last one
    public void An_empty_message_is_read(string compressed)
    {
        foreach (var agreed in Agreed.All[1..])
        {
            var endpoint = Endpoint.Server(deflate: agreed.For(Role.Server));

            Assert.Equal([Happening.Text("Hello")], endpoint.Receive(0xC1, Wire.Bytes(Hello)));
            Assert.Equal([Happening.Binary([])], endpoint.Receive(0xC2, Wire.Bytes(compressed)));
            Assert.Equal([Happening.Text("Hello")], endpoint.Receive(0xC1, Wire.Bytes(Hello)));
        }
    }

    [Fact]
    public void A_message_is_fragmented_after_it_was_compressed()
    {
        var endpoint = Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Shared));

        Assert.Empty(endpoint.Receive(0x41, Wire.Bytes("F2 48 CD")));
        Assert.Equal([Happening.Ping("between"u8)], endpoint.Receive(0x89, "between"u8));
        Assert.Empty(endpoint.Receive(0x00, []));
        Assert.Equal([Happening.Text("Hello")], endpoint.Receive(0x80, Wire.Bytes("C9 C9 07 00")));
    }

    [Fact]
    public void With_context_takeover_a_message_refers_to_the_one_before()
    {
        var endpoint = Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Dedicated));

        endpoint.Receive(0xC1, Wire.Bytes(Hello));
        Assert.Equal([Happening.Text("Hello")], endpoint.Receive(0xC1, Wire.Bytes("F2 00 11 00 00"))); // §7.2.3.2
    }

    [Fact]
    public void Without_context_takeover_a_message_that_refers_to_the_one_before_is_1007()
    {
        var endpoint = Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Shared));

        endpoint.Receive(0xC1, Wire.Bytes(Hello));
        Assert.Equal([Happening.Failure(ProtocolError.DeflateInvalid)], endpoint.Receive(0xC1, Wire.Bytes("F2 00 11 00 00")));
    }

    [Fact]
    public void Messages_that_are_not_compressed_go_between()
    {
        var endpoint = Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Dedicated));

        endpoint.Receive(0xC1, Wire.Bytes(Hello));
        Assert.Equal([Happening.Text("plain")], endpoint.Receive(0x81, "plain"u8));
        Assert.Equal([Happening.Text("Hello")], endpoint.Receive(0xC1, Wire.Bytes("F2 00 11 00 00")));
    }

    [Theory]
    [CombinatorialRoles(0x10, 0x20, 0x30, 0x50, 0x60, 0x70)]
    public void Only_RSV1_has_a_meaning(string receiver, int bits)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var firstByte in new[] { 0x81, 0x82, 0x01 })
        {
            var endpoint = new Endpoint(role, deflate: Agreed.Of(role, Agreed.Shared));
            Assert.Equal([Happening.Failure(ProtocolError.ReservedBitSet)], endpoint.Receive(firstByte | bits, []));
        }
    }

    [Theory]
    [CombinatorialRoles(0x88, 0x89, 0x8A)]
    public void RSV1_on_a_control_frame_fails(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role, deflate: Agreed.Of(role, Agreed.Shared));
        Assert.Equal([Happening.Failure(ProtocolError.ReservedBitSet)], endpoint.Receive(firstByte | 0x40, []));
    }

    [Theory]
    [CombinatorialRoles(0x80, 0x00)]
    public void RSV1_on_a_continuation_fails(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role, deflate: Agreed.Of(role, Agreed.Shared));
        endpoint.Receive(0x41, Wire.Bytes("F2 48 CD"));
        Assert.Equal([Happening.Failure(ProtocolError.ReservedBitSet)], endpoint.Receive(firstByte | 0x40, Wire.Bytes("C9 C9 07 00")));
    }

    [Theory]
    [InlineData("06")]                                     // a reserved kind of block
    [InlineData("00 05 00 00 00 48")]                      // a length that its complement denies
    [InlineData("04 00 00 00 00 00 00 00 00")]             // a table of codes that is none
    [InlineData("4A 02 E3 00")]                            // refers to what is not there
    [InlineData("FF FF FF FF FF FF FF FF FF FF FF FF")]
    [InlineData("F2 48 CD")]                               // breaks off in a block
    [InlineData("00 FF 00 00 FF 48 65")]                   // breaks off in a block without compression
    public void What_is_no_deflate_data_is_1007(string compressed)
    {
        var deflate = Agreed.Of(Role.Server, Agreed.Shared);
        Assert.Equal([Happening.Failure(ProtocolError.DeflateInvalid)], Endpoint.Server(deflate: deflate).Receive(0xC2, Wire.Bytes(compressed)));

        // The next to use the same inflater has none of it.
        Assert.Equal([Happening.Text("Hello")], Endpoint.Server(deflate: deflate).Receive(0xC1, Wire.Bytes(Hello)));
    }

    [Fact]
    public void A_final_block_that_only_the_tail_would_end_has_broken_off()
    {
        // "Hello", the end of whose block is two bits into what is not there.
        var compressed = Wire.Bytes("F3 48 CD C9 C9 07 02");
        foreach (var agreed in Agreed.All[1..])
        {
            var endpoint = Endpoint.Server(deflate: agreed.For(Role.Server));
            Assert.Equal([Happening.Failure(ProtocolError.DeflateInvalid)], endpoint.Receive(0xC2, compressed));
        }
    }

    [Fact]
    public void Text_is_checked_as_it_is_inflated()
    {
        // "Hello", then a byte that no character begins with, in blocks without compression; the rest never comes.
        var endpoint = Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Shared));

        Assert.Empty(endpoint.Receive(0x41, Wire.Bytes("00 05 00 FA FF 48 65 6C 6C 6F")));
        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Receive(0x00, Wire.Bytes("00 10 00 EF FF FF")));
    }

    [Fact]
    public void Text_that_ends_within_a_character_fails()
    {
        var endpoint = Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Shared));

        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Receive(0xC1, Wire.Bytes("00 01 00 FE FF C3 00")));
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    [InlineData(1_000_000, false)]
    public void Inflating_stops_at_the_limit(int size, bool fits)
    {
        var message = new byte[size];
        var compressed = ByTheRuntime(message);
        var limits = new MessageLimits(10_000, 100);
        foreach (var bytes in new[] { compressed, [.. compressed, 0x00, 0x00, 0xFF, 0xFF, 0x00] })
        {
            var happened = Endpoint.Server(limits, Agreed.Of(Role.Server, Agreed.Shared)).Receive(0xC2, bytes);
            Assert.Equal(fits ? Happening.Binary(message) : Happening.Failure(ProtocolError.MessageTooBig), Assert.Single(happened));
        }
    }

    [Fact]
    public void The_limit_is_for_all_fragments_together()
    {
        var compressed = ByTheRuntime(new byte[3_000_000]);
        var endpoint = Endpoint.Server(new MessageLimits(1_000_000, 10_000), Agreed.Of(Role.Server, Agreed.Shared));
        var fed = 0;
        for (; fed < compressed.Length - 1; fed++)
        {
            if (endpoint.Receive(fed == 0 ? 0x42 : 0x00, [compressed[fed]]) is [{ } failure])
            {
                Assert.Equal(Happening.Failure(ProtocolError.MessageTooBig), failure);
                break;
            }
        }

        Assert.InRange(fed, compressed.Length / 4, compressed.Length / 2);
    }

    [Fact]
    public void What_cannot_be_compressed_may_be_longer_on_the_wire_than_its_limit()
    {
        var message = Noise(100_000);
        var endpoint = Endpoint.Server(new MessageLimits(message.Length, 10), Agreed.Of(Role.Server, Agreed.Shared));
        var stored = ByTheRuntime(message, CompressionLevel.NoCompression);

        Assert.True(stored.Length > message.Length);
        Assert.Equal([Happening.Binary(message)], endpoint.Receive(0xC2, stored));
    }

    [Fact]
    public void Much_that_inflates_to_nothing_is_too_big()
    {
        // Empty blocks without compression, without end.
        var endpoint = Endpoint.Server(new MessageLimits(10_000, 10), Agreed.Of(Role.Server, Agreed.Shared));
        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.ReceiveHeader(0xC2, 20_000));

        endpoint = Endpoint.Server(new MessageLimits(10_000, 10), Agreed.Of(Role.Server, Agreed.Shared));
        byte[] nothing = [.. Enumerable.Repeat<byte[]>([0x00, 0x00, 0x00, 0xFF, 0xFF], 2000).SelectMany(block => block)];
        Assert.Empty(endpoint.Receive(0x42, nothing));
        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.Receive(0x00, nothing));
    }

    [Fact]
    public void A_sender_that_refers_beyond_its_window_is_read_in_any_split()
    {
        var far = new byte[2000];
        Noise(700).CopyTo(far, 0);
        far.AsSpan(0, 700).CopyTo(far.AsSpan(1300));
        var compressed = ByTheRuntime(far, CompressionLevel.SmallestSize);
        Assert.True(compressed.Length < 1400, "The second half refers to the first.");

        // zlib does not know at every place that this goes too far: it is read in all of them, and not in some.
        var frame = Wire.Frame(Role.Client, 0xC2, compressed);
        foreach (var agreed in new[] { Agreed.Shared, Agreed.Dedicated })
        {
            var small = agreed + "; client_max_window_bits=9";
            Assert.Equal([Happening.Binary(far)], Endpoint.Server(deflate: Agreed.Of(Role.Server, small)).Feed(frame));
            Assert.Equal([Happening.Binary(far)], Endpoint.Server(deflate: Agreed.Of(Role.Server, small)).FeedByteByByte(frame));
        }
    }

    [Theory]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(15)]
    public void What_we_send_refers_no_further_than_was_agreed(int bits)
    {
        // The same noise again, one window later and a little more: only a larger window finds it.
        var noise = Noise((1 << bits) + 300);
        byte[] message = [.. noise, .. noise];
        var narrow = Agreed.Of(Role.Server, Agreed.Shared + $"; server_max_window_bits={bits}", level: 6);

        using var sending = narrow.BeginSending();
        Assert.False(sending.TryCompress(message, new byte[message.Length * 9 / 10], out _));
        if (bits < 15)
        {
            Assert.True(Agreed.Compress(Agreed.Of(Role.Server, Agreed.Shared, level: 6), message).Length < message.Length * 6 / 10);
        }
    }

    [Fact]
    public void What_would_grow_is_not_compressed_and_the_next_message_has_no_trace_of_it()
    {
        using var deflate = Agreed.Of(Role.Server, Agreed.Dedicated);
        var client = Endpoint.Client(deflate: Agreed.Of(Role.Client, Agreed.Dedicated));
        var noise = Noise(5000);
        using (var sending = deflate.BeginSending())
        {
            Assert.False(sending.TryCompress(noise, new byte[noise.Length], out _));
        }

        byte[] next = [.. noise[..2000], .. "and some text that repeats, and some text that repeats"u8];
        Assert.Equal([Happening.Binary(next)], client.Receive(0xC2, Agreed.Compress(deflate, next)));
    }

    [Fact]
    public void What_is_forgotten_is_not_referred_to()
    {
        using var deflate = Agreed.Of(Role.Server, Agreed.Dedicated);
        var message = Json(2000);
        var first = Agreed.Compress(deflate, message);
        var second = Agreed.Compress(deflate, message);
        using (var sending = deflate.BeginSending())
        {
            sending.ForgetContext();
        }

        Assert.True(second.Length < first.Length / 4, "The second refers to the first.");
        Assert.Equal(first, Agreed.Compress(deflate, message));
    }

    [Fact]
    public void Each_message_that_we_compress_ends_without_its_tail()
    {
        foreach (var agreed in Agreed.All[1..])
        {
            using var deflate = agreed.For(Role.Server)!;
            for (var size = 1; size < 5000; size += size / 3 + 1)
            {
                var compressed = Agreed.Compress(deflate, Json(size));
                Assert.False(compressed.AsSpan().EndsWith((byte[])[0x00, 0x00, 0xFF, 0xFF]));
            }
        }
    }

    [Fact]
    public void What_one_end_compresses_the_other_reads_in_any_split() =>
        Gen.Select(
            Gen.OneOf(Agreed.All[1..]), Gen.Bool, Gen.OneOf(1, 2, 6, 9),
            Gen.Select(Gen.Int[1, 40_000], Gen.Bool, Gen.Double[0, 1].Array[0, 3]).Array[1, 6], Conversation.Pieces)
        .Sample(
            (agreed, toServer, level, messages, pieces) =>
            {
                var receiver = toServer ? Role.Server : Role.Client;
                using var sender = agreed.For(Wire.Other(receiver), level)!;
                var bytes = new List<byte>();
                var expected = new List<Happening>();
                foreach (var (size, isText, cuts) in messages)
                {
                    var payload = isText ? Json(size) : Noise(size);
                    var destination = new byte[payload.Length];
                    using var sending = sender.BeginSending();
                    var isCompressed = sending.TryCompress(payload, destination, out var length);
                    var fragments = Conversation.Fragments(isCompressed ? destination[..length] : payload, cuts);
                    for (var i = 0; i < fragments.Count; i++)
                    {
                        var firstByte = i > 0 ? 0x00 : (isText ? 0x01 : 0x02) | (isCompressed ? 0x40 : 0);
                        bytes.AddRange(Wire.Frame(Wire.Other(receiver), firstByte | (i == fragments.Count - 1 ? 0x80 : 0), fragments[i]));
                    }

                    expected.Add(isText ? Happening.Text(Encoding.UTF8.GetString(payload)) : Happening.Binary(payload));
                }

                using var own = agreed.For(receiver)!;
                var endpoint = new Endpoint(receiver, deflate: own);
                foreach (var piece in Conversation.Cut([.. bytes], pieces))
                {
                    endpoint.Feed(piece);
                }

                Assert.Equal(expected, endpoint.Happenings);
            },
            iter: 300);

    [Fact]
    public void What_the_runtime_compresses_is_read() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.Bool, Gen.OneOf(CompressionLevel.Fastest, CompressionLevel.Optimal, CompressionLevel.SmallestSize, CompressionLevel.NoCompression))
        .Sample(
            (size, isJson, level) =>
            {
                var message = isJson ? Json(size) : Noise(size);
                Assert.Equal(
                    [Happening.Binary(message)],
                    Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Shared)).Receive(0xC2, ByTheRuntime(message, level)));
            },
            iter: 100);

    [Fact]
    public void What_we_compress_the_runtime_reads() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.OneOf(1, 2, 3, 6, 9), Gen.Int[9, 15]).Sample(
            (size, level, bits) =>
            {
                var message = Json(size);
                var compressed = Agreed.Compress(Agreed.Of(Role.Server, $"{Agreed.Shared}; server_max_window_bits={bits}", level), message);
                using var inflating = new DeflateStream(new MemoryStream([.. compressed, 0x00, 0x00, 0xFF, 0xFF]), CompressionMode.Decompress);
                var inflated = new byte[message.Length];
                inflating.ReadExactly(inflated);
                Assert.Equal(message, inflated);
                Assert.Equal(-1, inflating.ReadByte());
            },
            iter: 100);

    [Fact]
    public void An_idle_connection_pins_nothing()
    {
        var connection = Endpoint.Server(deflate: Agreed.Of(Role.Server, Agreed.Shared));
        var compressed = ByTheRuntime(new byte[100_000]);
        connection.Receive(0x42, compressed.AsSpan(0, 50));

        Assert.True(connection.Connection.PinnedBytes > Inflater.PinnedBytes);
        connection.Receive(0x80, compressed.AsSpan(50));
        connection.Feed([]);
        Assert.Equal(0, connection.Connection.PinnedBytes);
    }

    /// <summary>As a sender would that uses the runtime's own stream.</summary>
    private static byte[] ByTheRuntime(byte[] message, CompressionLevel level = CompressionLevel.Optimal)
    {
        var compressed = new MemoryStream();
        using var deflating = new DeflateStream(compressed, level);
        deflating.Write(message);
        deflating.Flush();
        var bytes = compressed.ToArray();
        Assert.Equal([0x00, 0x00, 0xFF, 0xFF], bytes[^4..]);
        return bytes[..^4];
    }

    private static byte[] Noise(int size)
    {
        // A generator of our own, so that a failure can be repeated.
        var state = 88172645463325252UL;
        var noise = new byte[size];
        for (var i = 0; i < size; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            noise[i] = (byte)(state >> 32);
        }

        return noise;
    }

    private static byte[] Json(int size)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < size; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""{"id":{{i * 7919 % 100_003}},"user":"user{{i % 37}}","text":"the quick brown fox jumps over {{i * 31 % 97}} dogs"},""");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }
}
