using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Frames;

public class Section_5_2_Base_framing
{
    private static readonly MessageLimits Unlimited = new(int.MaxValue, int.MaxValue);

    [Theory]
    [InlineData("8100", 0)]                      // 7-bit
    [InlineData("8105", 5)]
    [InlineData("817D", 125)]
    [InlineData("817E007E", 126)]                // 16-bit
    [InlineData("817E0080", 128)]
    [InlineData("817EFFFF", 65535)]
    [InlineData("817F0000000000010000", 65536)]  // 64-bit
    [InlineData("817F0000000100000000", 4294967296)]
    [InlineData("817F7FFFFFFFFFFFFFFF", long.MaxValue)]
    public void Reads_each_length_form(string hex, long expected)
    {
        var status = FrameReader.TryRead(Wire.Bytes(hex), out var header, out var consumed);

        Assert.Equal(ReadStatus.Done, status);
        Assert.Equal(expected, header.PayloadLength);
        Assert.Equal(hex.Length / 2, consumed);
        Assert.False(header.IsMasked);
    }

    [Theory]
    [InlineData("8185 01020304", 5)]
    [InlineData("81FE 007E 01020304", 126)]
    [InlineData("81FF 0000000000010000 01020304", 65536)]
    public void Reads_the_masking_key_behind_each_length_form(string hex, long expected)
    {
        var status = FrameReader.TryRead(Wire.Bytes(hex), out var header, out var consumed);

        Assert.Equal(ReadStatus.Done, status);
        Assert.True(header.IsMasked);
        Assert.Equal("01020304", Wire.Hex(BitConverter.GetBytes(header.MaskingKey)));
        Assert.Equal(expected, header.PayloadLength);
        Assert.Equal(Wire.Bytes(hex).Length, consumed);
    }

    [Theory]
    [InlineData(0, "8100")]
    [InlineData(125, "817D")]
    [InlineData(126, "817E007E")]
    [InlineData(65535, "817EFFFF")]
    [InlineData(65536, "817F0000000000010000")]
    [InlineData(long.MaxValue, "817F7FFFFFFFFFFFFFFF")]
    public void Writes_the_shortest_length_form(long length, string expected)
    {
        Span<byte> destination = stackalloc byte[FrameHeader.MaxSize];

        var size = FrameWriter.WriteHeader(destination, new FrameHeader(true, ReservedBits.None, Opcode.Text, false, 0, length));

        Assert.Equal(expected, Wire.Hex(destination[..size]));
        Assert.Equal(size, FrameHeader.SizeFor(length, isMasked: false));
        Assert.Equal(size + 4, FrameHeader.SizeFor(length, isMasked: true));
    }

    [Theory]
    [InlineData("817E0000")]
    [InlineData("817E0001")]
    [InlineData("817E007D")]
    [InlineData("817F0000000000000000")]
    [InlineData("817F000000000000007D")]
    [InlineData("817F000000000000007E")]
    [InlineData("817F000000000000FFFF")]
    public void A_length_that_is_not_minimal_fails(string hex)
    {
        Assert.Equal(ReadStatus.Invalid, FrameReader.TryRead(Wire.Bytes(hex), out _, out _));
        Assert.Equal([Happening.Failure(ProtocolError.LengthInvalid)], Endpoint.Client(Unlimited).Feed(hex));
        Assert.Equal([Happening.Failure(ProtocolError.LengthInvalid)], Endpoint.Client(Unlimited).FeedByteByByte(Wire.Bytes(hex)));
    }

    [Theory]
    [InlineData("827F8000000000000000")]
    [InlineData("827F8000000000000001")]
    [InlineData("827FFFFFFFFFFFFFFFFF")]
    [InlineData("82FF8000000000000000 00000000")]
    public void A_length_with_the_top_bit_set_fails(string hex)
    {
        var receiver = hex[2] >= '8' ? Role.Server : Role.Client;

        Assert.Equal([Happening.Failure(ProtocolError.LengthInvalid)], new Endpoint(receiver, Unlimited).Feed(hex));
        Assert.Equal([Happening.Failure(ProtocolError.LengthInvalid)], new Endpoint(receiver, Unlimited).FeedByteByByte(Wire.Bytes(hex)));
    }

    [Theory]
    [InlineData("81")]
    [InlineData("817E00")]
    [InlineData("817F00000000000100")]
    [InlineData("8185010203")]
    [InlineData("81FF0000000000010000010203")]
    public void A_cut_header_waits_for_more_and_takes_nothing(string hex)
    {
        for (var length = 0; length <= hex.Length / 2; length++)
        {
            Assert.Equal(ReadStatus.NeedsMore, FrameReader.TryRead(Wire.Bytes(hex).AsSpan(0, length), out _, out var consumed));
            Assert.Equal(0, consumed);
        }
    }

    [Theory]
    [InlineData("81 85 37FA213D 7F9F4D5158", "48656C6C6F")]  // §5.7: a single-frame masked text message
    [InlineData("82 FE 007E 00000000", null)]
    [InlineData("82 FF 0000000000010000 00000000", null)]
    public void A_header_may_be_cut_at_any_byte(string hex, string? payload)
    {
        var bytes = Wire.Bytes(hex);
        FrameReader.TryRead(bytes, out var header, out var headerSize);
        byte[] whole = [.. bytes[..headerSize], .. payload is null ? new byte[header.PayloadLength] : bytes[headerSize..]];
        for (var cut = 1; cut <= headerSize; cut++)
        {
            var server = Endpoint.Server();
            Assert.Empty(server.Feed(whole.AsSpan(0, cut)));
            Assert.Equal(payload ?? Wire.Hex(new byte[header.PayloadLength]), Assert.Single(server.Feed(whole.AsSpan(cut))).Payload);
        }
    }

    [Theory]
    [InlineData(0x00, nameof(Opcode.Continuation))]
    [InlineData(0x01, nameof(Opcode.Text))]
    [InlineData(0x02, nameof(Opcode.Binary))]
    [InlineData(0x08, nameof(Opcode.Close))]
    [InlineData(0x09, nameof(Opcode.Ping))]
    [InlineData(0x0A, nameof(Opcode.Pong))]
    public void The_opcodes_have_these_values(byte wire, string name)
    {
        FrameReader.TryRead([wire, 0x00], out var header, out _);

        Assert.Equal(name, header.Opcode.ToString());
        Assert.False(header.Fin);
        Assert.True(header.Opcode.IsKnown());
        Assert.Equal(wire >= 8, header.Opcode.IsControl());
    }


    [Theory]
    [CombinatorialRoles(0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF)]
    public void A_reserved_opcode_fails(string receiver, int opcode)
    {
        Assert.Equal([Happening.Failure(ProtocolError.OpcodeReserved)], new Endpoint(Wire.RoleOf(receiver)).Receive(0x80 | opcode, []));
        Assert.Equal([Happening.Failure(ProtocolError.OpcodeReserved)], new Endpoint(Wire.RoleOf(receiver)).Receive(opcode, [1, 2, 3]));
    }

    [Theory]
    [CombinatorialRoles(0x10, 0x20, 0x40, 0x30, 0x50, 0x60, 0x70)]
    public void A_reserved_bit_that_nobody_claims_fails(string receiver, int bits)
    {
        foreach (var firstByte in new[] { 0x81, 0x82, 0x01, 0x02, 0x88, 0x89, 0x8A })
        {
            var endpoint = new Endpoint(Wire.RoleOf(receiver));
            Assert.Equal([Happening.Failure(ProtocolError.ReservedBitSet)], endpoint.Receive(firstByte | bits, []));
        }
    }

    [Theory]
    [InlineData("F1 00", true, 0x70)]
    [InlineData("41 00", false, 0x40)]
    [InlineData("21 00", false, 0x20)]
    [InlineData("91 00", true, 0x10)]
    public void Fin_and_the_reserved_bits_stand_where_the_RFC_draws_them(string hex, bool fin, int reserved)
    {
        FrameReader.TryRead(Wire.Bytes(hex), out var header, out _);

        Assert.Equal(fin, header.Fin);
        Assert.Equal((ReservedBits)reserved, header.Reserved);
        Span<byte> written = stackalloc byte[2];
        FrameWriter.WriteHeader(written, header);
        Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Wire.Hex(written));
    }

    [Theory]
    [CombinatorialRoles(0, 1, 125, 126, 127, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 65535, 65536, 65537, 200_003)]
    public void A_message_is_written_as_the_RFC_draws_it(string sender, int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        var endpoint = new Endpoint(Wire.RoleOf(sender));

        Assert.True(endpoint.Connection.WriteMessage(endpoint.Output, Opcode.Binary, payload));

        Assert.Equal(Wire.Hex(Wire.Frame(Wire.RoleOf(sender), 0x82, payload)), endpoint.Written);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65536)]
    public void A_prepared_frame_is_the_frame_that_a_server_writes(int length)
    {
        var payload = new byte[length];
        var server = Endpoint.Server();
        server.Connection.WriteMessage(server.Output, Opcode.Text, payload);

        var frame = PreparedFrame.Create(Opcode.Text, payload);

        Assert.Equal(server.Written, Wire.Hex(frame));
        Assert.True(Endpoint.Server().Connection.AdmitsPrepared());
    }
}
