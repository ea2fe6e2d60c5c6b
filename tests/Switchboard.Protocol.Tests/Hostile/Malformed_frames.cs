using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>Frames that no honest peer sends, and close frames that say what must not be said.</summary>
public class Malformed_frames
{
    private static readonly int[] ReservedOpcodes = [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF];
    private static readonly int[] ControlOpcodes = [0x8, 0x9, 0xA];

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void CVE_2019_0564_a_frame_masked_as_only_the_receiver_may_is_1002(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var opcode in new[] { 0x0, 0x1, 0x2, 0x8, 0x9, 0xA })
        {
            Expect(role, role == Role.Server ? ProtocolError.NotMasked : ProtocolError.Masked, Wire.Frame(role, 0x80 | opcode, "ab"u8));
        }
    }

    [Theory]
    [CombinatorialRoles(0x40, 0x20, 0x10, 0x60, 0x50, 0x30, 0x70)]
    public void CVE_2019_0564_each_reserved_bit_is_1002_on_every_frame(string receiver, int bits)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var opcode in new[] { 0x1, 0x2, 0x8, 0x9, 0xA })
        {
            Expect(role, ProtocolError.ReservedBitSet, Wire.Frame(Wire.Other(role), 0x80 | bits | opcode, "ab"u8));
        }

        // Also where compression has given one of them a meaning: on other frames, and the other bits.
        foreach (var firstByte in new[] { 0x88 | bits, 0x89 | bits, 0x8A | bits }.Concat(bits == 0x40 ? [] : [0x81 | bits, 0x82 | bits]))
        {
            using var deflate = Agreed.Of(role, Agreed.Shared);
            var endpoint = new Endpoint(role, deflate: deflate);
            Assert.Equal([Happening.Failure(ProtocolError.ReservedBitSet)], endpoint.Receive(firstByte, "ab"u8));
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void CVE_2019_0564_each_reserved_opcode_is_1002(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var opcode in ReservedOpcodes)
        {
            Expect(role, ProtocolError.OpcodeReserved, Wire.Frame(Wire.Other(role), 0x80 | opcode, "ab"u8));
            Expect(role, ProtocolError.OpcodeReserved, Wire.Frame(Wire.Other(role), opcode, []));
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void CVE_2019_0564_a_control_frame_that_is_fragmented_or_over_125_bytes_is_1002(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var opcode in ControlOpcodes)
        {
            Expect(role, ProtocolError.ControlFrameFragmented, Wire.Frame(Wire.Other(role), opcode, "ab"u8));
            foreach (var length in new[] { 126, 127, 65_535, 65_536 })
            {
                // The header is enough.
                Expect(role, ProtocolError.ControlFrameTooLong, Wire.Header(Wire.Other(role), 0x80 | opcode, length));
            }
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Rfc_6455_5_5_1_a_close_body_of_one_byte_is_1002(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            Expect(role, ProtocolError.CloseBodyTooShort, Wire.Frame(Wire.Other(role), 0x88, [(byte)value]));
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Rfc_6455_7_4_every_code_of_65536_is_taken_or_1002(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var taken = new List<int>();
        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var happening = Assert.Single(new Endpoint(role).Receive(0x88, [(byte)(code >> 8), (byte)code, .. "why"u8]));
            if (happening == Happening.Close((CloseCode)code, "why"))
            {
                taken.Add(code);
            }
            else
            {
                Assert.Equal(Happening.Failure(ProtocolError.CloseCodeInvalid), happening);
            }
        }

        // Not 0-999, 1004, 1005, 1006, 1015, 1016-2999, and not 5000 or more.
        Assert.Equal([.. Enumerable.Range(1000, 4), .. Enumerable.Range(1007, 8), .. Enumerable.Range(3000, 2000)], taken);
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("61C0AF")]        // overlong
    [InlineData("EDA080")]        // a surrogate
    [InlineData("F4908080")]      // over U+10FFFF
    [InlineData("E282")]          // truncated
    [InlineData("80")]
    public void Rfc_6455_5_5_1_a_close_reason_that_is_not_UTF_8_is_1007(string reason)
    {
        foreach (var role in new[] { Role.Server, Role.Client })
        {
            Expect(role, ProtocolError.CloseReasonNotUtf8, Wire.Frame(Wire.Other(role), 0x88, [0x03, 0xE8, .. Wire.Bytes(reason)]));
            Assert.Equal(CloseCode.InvalidPayload, ProtocolError.CloseReasonNotUtf8.Code);
        }
    }

    private static void Expect(Role receiver, ProtocolError error, byte[] attack)
    {
        // Whole and byte by byte; what follows is not looked at.
        byte[] more = [.. attack, .. Wire.Frame(Wire.Other(receiver), 0x81, "unheard"u8)];
        foreach (var isByteByByte in new[] { false, true })
        {
            var endpoint = new Endpoint(receiver) { Replies = true };
            _ = isByteByByte ? endpoint.FeedByteByByte(more) : endpoint.Feed(more);
            Assert.Equal([Happening.Failure(error)], endpoint.Happenings);
            Assert.Contains(Wire.Hex(receiver == Role.Server ? [(byte)((int)error.Code >> 8), (byte)error.Code] : []), endpoint.Written, StringComparison.Ordinal);
            Assert.Equal(0, endpoint.Connection.PinnedBytes);
        }
    }
}
