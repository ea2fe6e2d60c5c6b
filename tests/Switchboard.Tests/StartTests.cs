using System.Net;
using System.Net.Sockets;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests;

/// <summary>Where a server listens, and which options it takes.</summary>
public sealed class StartTests
{
    public static TheoryData<WebSocketServerOptions> Unusable =>
    [
        new WebSocketServerOptions { Port = -1 },
        new WebSocketServerOptions { Port = 65536 },
        new WebSocketServerOptions { MaxMessageBytes = 0 },
        new WebSocketServerOptions { MaxFragments = 0 },
        new WebSocketServerOptions { MaxBacklogBytes = 0 },
        new WebSocketServerOptions { CloseTimeout = TimeSpan.FromSeconds(-1) },
        new WebSocketServerOptions { PingInterval = TimeSpan.FromSeconds(-1) },
        new WebSocketServerOptions { PingTimeout = TimeSpan.Zero },
        new WebSocketServerOptions { Subprotocols = ["not a token"] },
    ];

    [Fact]
    public async Task On_port_0_the_port_is_known_when_Start_returns()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions());
        Assert.Throws<InvalidOperationException>(() => server.Port);
        Assert.Empty(server.LocalEndPoints);

        server.Start();

        Assert.InRange(server.Port, 1, IPEndPoint.MaxPort);
        Assert.All(server.LocalEndPoints, endPoint => Assert.True(IPAddress.IsLoopback(((IPEndPoint)endPoint).Address)));
        Assert.Throws<InvalidOperationException>(server.Start);
    }

    [Fact]
    public async Task On_an_address_in_use_it_fails_with_a_sentence_and_can_be_tried_again()
    {
        var network = new MemoryNetwork();
        var first = new WebSocketServer(new WebSocketServerOptions { Transport = network });
        first.Start();
        await using var second = new WebSocketServer(new WebSocketServerOptions { Transport = network, Port = first.Port });

        Assert.Contains("in use", Assert.Throws<IOException>(second.Start).Message, StringComparison.Ordinal);
        await first.DisposeAsync();
        second.Start();

        await RawPeer.OpenAsync(network, second.Port);
        await Eventually.IsTrue(() => second.Clients.Count == 1);
        network.Links.Single().Cut();
    }

    [Fact]
    public async Task On_localhost_another_program_may_not_have_half_of_it()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        using var other = new TcpListener(IPAddress.IPv6Loopback, 0);
        other.Start();
        await using var server = new WebSocketServer(new WebSocketServerOptions { Port = ((IPEndPoint)other.LocalEndpoint).Port });

        Assert.Contains("in use", Assert.Throws<IOException>(server.Start).Message, StringComparison.Ordinal);
        Assert.Empty(server.LocalEndPoints);
    }

    [Fact]
    public async Task On_a_host_that_is_not_known_it_fails_with_a_sentence()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "no.such.host.invalid" });

        Assert.Contains("no.such.host.invalid", Assert.Throws<IOException>(server.Start).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public void With_an_option_out_of_its_range_there_is_no_server(WebSocketServerOptions options) =>
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketServer(options));
}
