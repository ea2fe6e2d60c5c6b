using System.IO.Pipelines;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Switchboard.Transports.Interop;
using Switchboard.Transports.Tests.Support;
using Switchboard.Transports.Tls;

namespace Switchboard.Transports.Tests.Tls;

/// <summary>Whether this runtime's session is found, where it is over an OpenSSL that we know: a runtime that hides it elsewhere is to be noticed here.</summary>
[SupportedOSPlatform("linux")]
public sealed class SessionBuffersTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_ends_give_their_buffers_back_and_go_on_talking(SslProtocols protocol)
    {
        Assert.SkipUnless(OpenSsl.IsThere, "The runtime is not over OpenSSL 3 here.");
        var (there, back) = (new Pipe(), new Pipe());
        await using var client = new SslStream(new DuplexPipeStream(back.Reader, there.Writer));
        await using var server = new SslStream(new DuplexPipeStream(there.Reader, back.Writer));
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(TlsPairs.ClientOptions(protocol), TestContext.Current.CancellationToken),
            server.AuthenticateAsServerAsync(TlsPairs.ServerOptions(TestCertificates.Localhost, protocol), TestContext.Current.CancellationToken));

        Assert.True(SessionBuffers.GiveBackWhenEmpty(client));
        Assert.True(SessionBuffers.GiveBackWhenEmpty(server));

        foreach (var size in (int[])[1, 100, 16 * 1024, 70_000, 1])
        {
            var sent = new byte[size];
            Random.Shared.NextBytes(sent);
            var received = new byte[size];
            var writing = client.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
            await server.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
            await writing;
            Assert.Equal(sent, received);

            Array.Clear(received);
            writing = server.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
            await client.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
            await writing;
            Assert.Equal(sent, received);
        }
    }

    [Fact]
    public void A_stream_without_a_session_is_left_alone()
    {
        using var stream = new SslStream(new MemoryStream());

        Assert.False(SessionBuffers.GiveBackWhenEmpty(stream));
    }
}
