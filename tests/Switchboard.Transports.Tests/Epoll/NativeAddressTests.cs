using System.Net;
using System.Runtime.InteropServices;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Tests.Epoll;

public sealed class NativeAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:80")]
    [InlineData("0.0.0.0:0")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("192.0.2.17:49152")]
    [InlineData("[::1]:443")]
    [InlineData("[::]:0")]
    [InlineData("[2001:db8::8:800:200c:417a]:65535")]
    [InlineData("[fe80::1%3]:8080")]
    [InlineData("[fe80::ffff:1%4294967295]:1")]
    [InlineData("[::ffff:192.0.2.1]:80")]
    public void An_address_comes_back_as_it_was(string text)
    {
        var endPoint = IPEndPoint.Parse(text);

        var back = NativeAddress.Of(endPoint).ToEndPoint();

        Assert.Equal(endPoint, back);
        Assert.Equal(endPoint.Address.AddressFamily, back!.AddressFamily);
        if (back.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            Assert.Equal(endPoint.Address.ScopeId, back.Address.ScopeId);
        }
    }

    // The system's own order: family as the machine has it, then port and address in network order.
    [Theory]
    [InlineData("127.0.0.1:8080", "02001F907F000001", 16)]
    [InlineData("[fe80::1%3]:443", "0A0001BB00000000FE80000000000000000000000000000103000000", 28)]
    public void An_address_is_written_as_the_system_writes_it(string text, string hex, uint length)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The family is in the machine's order.");
        var address = NativeAddress.Of(IPEndPoint.Parse(text));

        Assert.Equal(length, address.Length);
        var bytes = MemoryMarshal.AsBytes(new Span<NativeAddress>(ref address));
        Assert.Equal(hex, Convert.ToHexString(bytes[..(hex.Length / 2)]));
        Assert.Equal(-1, bytes[(hex.Length / 2)..].IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void No_address_is_none() => Assert.Null(default(NativeAddress).ToEndPoint());
}
