using System.Runtime.Versioning;
using System.Security.Authentication;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Memory;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Tls;

public sealed class TlsOverMemoryContractTests : TransportContractTests
{
    private protected override async Task<TransportPair> ConnectAsync()
    {
        var network = new MemoryNetwork();
        return TlsPairs.Over(await Pairs.ConnectAsync(network, network));
    }
}

/// <summary>With a client that looks at the server's certificate, and a server that looks at the client's: both on the thread pool.</summary>
public sealed class MutualTlsOverMemoryContractTests : TransportContractTests
{
    private protected override async Task<TransportPair> ConnectAsync()
    {
        var network = new MemoryNetwork();
        return TlsPairs.Over(await Pairs.ConnectAsync(network, network), clientCertificate: true);
    }
}

public sealed class TlsOverSocketsContractTests : TransportContractTests
{
    private protected override async Task<TransportPair> ConnectAsync() =>
        TlsPairs.Over(await Pairs.ConnectAsync(SocketTransportFactory.Instance, SocketTransportFactory.Instance));
}

public sealed class Tls12OverSocketsContractTests : TransportContractTests
{
    private protected override async Task<TransportPair> ConnectAsync() =>
        TlsPairs.Over(await Pairs.ConnectAsync(SocketTransportFactory.Instance, SocketTransportFactory.Instance), SslProtocols.Tls12);
}

[SupportedOSPlatform("linux")]
public sealed class TlsOverEpollContractTests : TransportContractTests
{
    private protected override bool HasThread => true;

    private protected override async Task<TransportPair> ConnectAsync() =>
        TlsPairs.Over(await Pairs.ConnectAsync(EpollTransportFactory.Shared, EpollTransportFactory.Shared));
}

[SupportedOSPlatform("linux")]
public sealed class TlsOverEpollToSocketContractTests : TransportContractTests
{
    private protected override bool HasThread => true;

    private protected override async Task<TransportPair> ConnectAsync() =>
        TlsPairs.Over(await Pairs.ConnectAsync(EpollTransportFactory.Shared, SocketTransportFactory.Instance));
}
