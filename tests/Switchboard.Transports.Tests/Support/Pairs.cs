using System.Net;

namespace Switchboard.Transports.Tests.Support;

internal static class Pairs
{
    internal static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    /// <summary>Connects over two kinds of transport, of which the right one listens.</summary>
    internal static async Task<TransportPair> ConnectAsync(ITransportFactory left, ITransportFactory right)
    {
        await using var listener = right.Listen(AnyPort, 16);
        return await ConnectAsync(left, listener);
    }

    /// <summary>Starts the listener and connects to it.</summary>
    internal static async Task<TransportPair> ConnectAsync(ITransportFactory left, ITransportListener listener)
    {
        var accepted = new TaskCompletionSource<ITransport>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Start(transport => accepted.TrySetResult(transport));
        var client = await left.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        return new TransportPair(client, await accepted.Task.InTime());
    }
}

/// <summary>Sends back what comes.</summary>
internal sealed class Echo(ITransport transport, Action? onClosed = null) : ITransportReceiver
{
    public void OnReceived(Span<byte> bytes) => transport.Put(bytes);

    public bool OnBatchEnd()
    {
        transport.FlushSoon();
        return true;
    }

    public void OnSent(bool hasWaited)
    {
    }

    public void OnClosed(Exception? fault) => onClosed?.Invoke();
}
