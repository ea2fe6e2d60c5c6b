using System.Net;
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

    private protected override Task<TransportPair> ConnectAsync() => EpollPairs.ConnectAsync(EpollTransportFactory.Shared, EpollTransportFactory.Shared);
}

/// <summary>A loop's end, and one of the runtime's own sockets.</summary>
[SupportedOSPlatform("linux")]
public sealed class EpollToSocketContractTests : TransportContractTests
{
    private protected override bool HasThread => true;

    private protected override Task<TransportPair> ConnectAsync() => EpollPairs.ConnectAsync(EpollTransportFactory.Shared, SocketTransportFactory.Instance);
}

internal static class EpollPairs
{
    internal static async Task<TransportPair> ConnectAsync(ITransportFactory left, ITransportFactory right)
    {
        await using var listener = right.Listen(new IPEndPoint(IPAddress.Loopback, 0), 16);
        var accepted = new TaskCompletionSource<ITransport>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Start(accepted.SetResult);
        var client = await left.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        return new TransportPair(client, await accepted.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken));
    }
}
