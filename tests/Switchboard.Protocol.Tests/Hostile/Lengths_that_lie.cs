using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>Lengths that are negative, huge, over the limit, or longer than they need be.</summary>
[Collection(nameof(Memory_is_quiet))]
public class Lengths_that_lie
{
    private static readonly MessageLimits Unlimited = new(int.MaxValue, int.MaxValue);

    [Theory]
    [InlineData("7F 8000000000000000", CloseCode.ProtocolError)]  // the top bit
    [InlineData("7F 8000000000000005", CloseCode.ProtocolError)]
    [InlineData("7F FFFFFFFFFFFFFFFF", CloseCode.ProtocolError)]
    [InlineData("7F 0000000000000005", CloseCode.ProtocolError)]  // not the shortest form
    [InlineData("7F 000000000000FFFF", CloseCode.ProtocolError)]
    [InlineData("7E 0000", CloseCode.ProtocolError)]
    [InlineData("7E 007D", CloseCode.ProtocolError)]
    [InlineData("7F 7FFFFFFFFFFFFFFF", CloseCode.MessageTooBig)]  // 2^63-1 is a length, and over any limit
    public void CVE_2021_26423_and_CVE_2020_13935_a_length_that_is_none_ends_it_without_a_spin(string length, CloseCode code)
    {
        foreach (var receiver in new[] { Role.Server, Role.Client })
        {
            foreach (var firstByte in new byte[] { 0x81, 0x82, 0x01, 0x02 })
            {
                var attack = Attack(receiver, firstByte, length);
                var endpoint = new Endpoint(receiver, Unlimited);
                Assert.Equal(code, Assert.Single(endpoint.Feed(attack)).Code);
                Assert.Equal(0, endpoint.Connection.PinnedBytes);
                Assert.Equal(code, Assert.Single(new Endpoint(receiver, Unlimited).FeedByteByByte(attack)).Code);
            }
        }
    }

    [Theory]
    [InlineData("7F 8000000000000000")]
    [InlineData("7F FFFFFFFFFFFFFFFF")]
    [InlineData("7F 7FFFFFFFFFFFFFFF")]
    [InlineData("7E 0001")]
    public void CVE_2021_26423_and_CVE_2020_13935_it_costs_no_more_than_an_honest_frame(string length)
    {
        foreach (var receiver in new[] { Role.Server, Role.Client })
        {
            var honest = Wire.Frame(Wire.Other(receiver), 0x82, new byte[1000]);
            var attack = Attack(receiver, 0x82, length);
            CpuTime.IsNoMoreThan(() => FeedMany(receiver, honest), () => FeedMany(receiver, attack));
        }
    }

    [Theory]
    [CombinatorialRoles(0x00, 0x80)]
    public void CVE_2020_27813_and_CVE_2026_1528_huge_lengths_over_fragments_with_control_frames_between_do_not_pass_the_limit(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var length in new[] { long.MaxValue, long.MaxValue - 2, 1L << 62, 1L << 32, (1L << 32) - 2, int.MaxValue, int.MaxValue - 1L })
        {
            foreach (var limits in new[] { Unlimited, MessageLimits.Default, new MessageLimits(10, 10) })
            {
                var endpoint = new Endpoint(role, limits);
                Assert.Empty(endpoint.Receive(0x02, [1, 2]));
                endpoint.Receive(0x89, [3]);
                Assert.Empty(endpoint.Receive(0x00, [4]));
                endpoint.Receive(0x8A, [5]);

                Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.ReceiveHeader(firstByte, length));
                Assert.Equal(0, endpoint.Connection.PinnedBytes);
            }
        }
    }

    [Theory]
    [CombinatorialRoles(1, 125, 126, 65_535, 65_536, 1_048_576)]
    public void CVE_2016_10542_one_byte_over_the_limit_is_1009_before_the_payload_is_held(string receiver, int limit)
    {
        var role = Wire.RoleOf(receiver);
        var limits = new MessageLimits(limit, 10);
        Assert.Equal([Happening.Binary(new byte[limit])], new Endpoint(role, limits).Receive(0x82, new byte[limit]));

        // Only the header has come.
        foreach (var firstByte in new[] { 0x81, 0x82, 0x01, 0x02 })
        {
            var endpoint = new Endpoint(role, limits);
            Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.ReceiveHeader(firstByte, limit + 1L));
            Assert.Equal(0, endpoint.Connection.PinnedBytes);
        }

        var fragmented = new Endpoint(role, limits);
        Assert.Empty(fragmented.Receive(0x02, new byte[limit]));
        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], fragmented.ReceiveHeader(0x80, 1));
        Assert.Equal(0, fragmented.Connection.PinnedBytes);
    }

    // The header, and a thousand bytes behind it as if nothing were wrong.
    private static byte[] Attack(Role receiver, byte firstByte, string length)
    {
        var bytes = Wire.Bytes(length);
        return receiver == Role.Server
            ? [firstByte, (byte)(bytes[0] | 0x80), .. bytes[1..], .. Wire.SampleKey, .. new byte[1000]]
            : [firstByte, .. bytes, .. new byte[1000]];
    }

    private static void FeedMany(Role receiver, byte[] bytes)
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Single(new Endpoint(receiver).FeedByteByByte(bytes));
        }
    }
}
