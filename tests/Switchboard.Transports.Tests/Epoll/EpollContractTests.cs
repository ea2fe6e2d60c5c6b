using System.Runtime.Versioning;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Epoll;

/// <summary>Both ends on loops: on the same one or on two, as it happens.</summary>
[SupportedOSPlatform("linux")]
public sealed class EpollContractTests : TransportContractTests
{
    private protected override bool HasThread => true;

    private protected override Task<TransportPair> ConnectAsync() => Pairs.ConnectAsync(EpollTransportFactory.Shared, EpollTransportFactory.Shared);
}

/// <summary>A loop's end, and one of the runtime's own sockets.</summary>
[SupportedOSPlatform("linux")]
public sealed class EpollToSocketContractTests : TransportContractTests
{
    private protected override bool HasThread => true;

    private protected override Task<TransportPair> ConnectAsync() => Pairs.ConnectAsync(EpollTransportFactory.Shared, SocketTransportFactory.Instance);
}

[SupportedOSPlatform("linux")]
public sealed class EpollListenerContractTests : TcpListenerContractTests
{
    private protected override ITransportFactory Factory => EpollTransportFactory.Shared;
}
