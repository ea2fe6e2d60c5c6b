using System.Security.Cryptography;
using System.Text;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Handshake;

public class Section_1_3_Accept_key
{
    [Fact]
    public void Answers_the_sample_key_of_the_RFC() => Assert.Equal(Heads.Accept, AcceptKey.For(Heads.Key));

    [Fact]
    public void Is_the_SHA1_of_the_key_and_the_GUID()
    {
        for (var i = 0; i < 100; i++)
        {
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
#pragma warning disable CA5350 // the RFC prescribes it
            var expected = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
            Assert.True(AcceptKey.IsValid(key));
            Assert.Equal(expected, AcceptKey.For(key));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ=")]      // 23 characters
    [InlineData("dGhlIHNhbXBsZSBub25jZQ")]       // no padding
    [InlineData("dGhlIHNhbXBsZSBub25j")]         // 15 bytes
    [InlineData("dGhlIHNhbXBsZSBub25jZTE=")]     // 17 bytes
    [InlineData("dGhlIHNhbXBsZSBub25jZTEy")]     // 18 bytes
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==x")]
    [InlineData("dGhlIHNhbXBs ZSBub25jZQ=")]     // white space
    [InlineData("dGhlIHNhbXBsZSBub2 jZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub2\tjZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub25jZ===")]
    [InlineData("dGhl=HNhbXBsZSBub25jZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub2-jZQ==")]     // the other alphabet
    [InlineData("dGhlIHNhbXBsZSBub2\u00E9jZQ==")]
    [InlineData("========================")]
    public void A_key_that_is_not_16_bytes_in_base64_is_no_key(string key) => Assert.False(AcceptKey.IsValid(key));
}
