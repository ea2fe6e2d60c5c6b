using System.Net.Sockets;
using Switchboard.Tests.Support;
using Switchboard.Transports;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests;

/// <summary>A server on a Unix domain socket, as it stands behind a proxy of the same machine.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("switchboard-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "socket");

    public static TheoryData<ITransportFactory> Transports =>
        EpollTransportFactory.IsSupported ? [SocketTransportFactory.Instance, EpollTransportFactory.Shared] : [SocketTransportFactory.Instance];

    [Theory]
    [MemberData(nameof(Transports), DisableDiscoveryEnumeration = true)]
    public async Task A_server_listens_on_the_path_that_its_host_names(ITransportFactory transport)
    {
        using var log = new CapturedLog();
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = $"unix:{Path}", Port = 80, Transport = transport, LoggerFactory = log });
        server.OnConnection += (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();

        var peer = RawPeer.Start(await transport.ConnectAsync(new UnixDomainSocketEndPoint(Path), TestContext.Current.CancellationToken), masks: true);

        peer.Send(RawPeer.Request());
        Assert.StartsWith("HTTP/1.1 101 ", await peer.Head.InTime(), StringComparison.Ordinal);
        peer.Send(Frame.OfText("hello"));
        Assert.Equal("hello", await peer.NextTextAsync());
        Assert.Contains($"Listening on unix:{Path}", log.Texts);
        Assert.Equal(Path, Assert.IsType<UnixDomainSocketEndPoint>(Assert.Single(server.LocalEndPoints)).ToString());
        Assert.Contains($"unix:{Path}", Assert.Throws<InvalidOperationException>(() => server.Port).Message, StringComparison.Ordinal);
        peer.Abort();
        await server.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void A_path_that_is_none_is_an_IOException_that_says_so()
    {
        var server = new WebSocketServer(new WebSocketServerOptions { Host = "unix:", Transport = SocketTransportFactory.Instance });

        Assert.Contains("'unix:'", Assert.Throws<IOException>(server.Start).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
