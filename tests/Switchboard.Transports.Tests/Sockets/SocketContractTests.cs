using System.Net;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Sockets;

public sealed class SocketContractTests : TransportContractTests
{
    private protected override Task<TransportPair> ConnectAsync() => SocketPairs.ConnectAsync();
}

internal static class SocketPairs
{
    internal static async Task<TransportPair> ConnectAsync()
    {
        await using var listener = SocketTransportFactory.Instance.Listen(new IPEndPoint(IPAddress.Loopback, 0), 16);
        return await ConnectAsync(listener);
    }

    internal static async Task<TransportPair> ConnectAsync(ITransportListener listener)
    {
        var accepted = new TaskCompletionSource<ITransport>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Start(accepted.SetResult);
        var client = await SocketTransportFactory.Instance.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        return new TransportPair(client, await accepted.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken));
    }
}
