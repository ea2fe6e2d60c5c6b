using System.Net;
using Switchboard.Transports.Memory;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Memory;

public sealed class MemoryContractTests : TransportContractTests
{
    private protected override Task<TransportPair> ConnectAsync() => MemoryPairs.ConnectAsync(new MemoryNetwork());
}

internal static class MemoryPairs
{
    internal static async Task<TransportPair> ConnectAsync(MemoryNetwork network)
    {
        var accepted = new TaskCompletionSource<ITransport>();
        await using var listener = network.Listen(new IPEndPoint(IPAddress.Loopback, 0), 16);
        listener.Start(accepted.SetResult);
        var client = await network.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        return new TransportPair(client, await accepted.Task);
    }
}
