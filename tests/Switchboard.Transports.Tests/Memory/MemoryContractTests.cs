using Switchboard.Transports.Memory;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Memory;

public sealed class MemoryContractTests : TransportContractTests
{
    private protected override Task<TransportPair> ConnectAsync() => MemoryPairs.ConnectAsync(new MemoryNetwork());
}

public sealed class MemoryListenerContractTests : ListenerContractTests
{
    private protected override ITransportFactory Factory { get; } = new MemoryNetwork();
}

internal static class MemoryPairs
{
    internal static Task<TransportPair> ConnectAsync(MemoryNetwork network) => Pairs.ConnectAsync(network, network);
}
