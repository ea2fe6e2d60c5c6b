using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Sockets;

public sealed class SocketContractTests : TransportContractTests
{
    private protected override Task<TransportPair> ConnectAsync() =>
        Pairs.ConnectAsync(SocketTransportFactory.Instance, SocketTransportFactory.Instance);
}

public sealed class SocketListenerContractTests : TcpListenerContractTests
{
    private protected override ITransportFactory Factory => SocketTransportFactory.Instance;
}
