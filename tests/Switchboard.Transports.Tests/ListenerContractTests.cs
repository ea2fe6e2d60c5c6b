using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Sockets;

public sealed class SocketListenerTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private static SocketTransportFactory Factory => SocketTransportFactory.Instance;

    [Fact]
    public async Task Port_0_is_chosen_by_the_system_and_told()
    {
        await using var listener = Factory.Listen(AnyPort, 1);

        Assert.NotEqual(0, Assert.IsType<IPEndPoint>(listener.LocalEndPoint).Port);
    }

    [Fact]
    public async Task An_address_in_use_is_an_IOException_that_says_what_to_do()
    {
        await using var first = Factory.Listen(AnyPort, 1);

        var problem = Assert.Throws<IOException>(() => Factory.Listen(first.LocalEndPoint, 1));

        Assert.Contains("in use", problem.Message, StringComparison.Ordinal);
        Assert.Contains("another port", problem.Message, StringComparison.Ordinal);
        Assert.Contains(first.LocalEndPoint.ToString()!, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_not_ours_is_an_IOException_that_says_so()
    {
        // RFC 5737: for documentation, no machine has it.
        var problem = Assert.Throws<IOException>(() => Factory.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), 1));

        Assert.Contains("no such address", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_where_nobody_listens_is_an_IOException_that_names_the_address()
    {
        var listener = Factory.Listen(AnyPort, 1);
        var address = listener.LocalEndPoint;
        await listener.DisposeAsync();

        var problem = await Assert.ThrowsAsync<IOException>(
            () => Factory.ConnectAsync(address, TestContext.Current.CancellationToken).AsTask());

        Assert.Contains(address.ToString()!, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_can_be_cancelled()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Factory.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 9), new CancellationToken(canceled: true)).AsTask());
    }

    [Fact]
    public async Task Both_ends_know_their_addresses()
    {
        await using var listener = Factory.Listen(AnyPort, 1);
        using var pair = await SocketPairs.ConnectAsync(listener);

        Assert.Equal(listener.LocalEndPoint, pair.Right.LocalEndPoint);
        Assert.Equal(((IPEndPoint)listener.LocalEndPoint).Port, ((IPEndPoint)pair.Left.RemoteEndPoint!).Port);
        Assert.Equal(((IPEndPoint)pair.Left.LocalEndPoint!).Port, ((IPEndPoint)pair.Right.RemoteEndPoint!).Port);
    }

    [Fact]
    public async Task Disposing_ends_the_accepting_and_not_the_connections()
    {
        var listener = Factory.Listen(AnyPort, 1);
        using var pair = await SocketPairs.ConnectAsync(listener);
        pair.Start();

        await listener.DisposeAsync();
        await listener.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(
            () => Factory.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken).AsTask());
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Length == 1);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Disposing_before_the_start_is_fine()
    {
        var listener = Factory.Listen(AnyPort, 1);
        await listener.DisposeAsync();
        await using var again = Factory.Listen(listener.LocalEndPoint, 1);
        Assert.Equal(listener.LocalEndPoint, again.LocalEndPoint);
    }

    [Fact]
    public async Task Accepting_outlives_clients_that_are_gone_at_once()
    {
        var accepted = 0;
        await using var listener = Factory.Listen(AnyPort, 512);
        listener.Start(_ => Interlocked.Increment(ref accepted));

        for (var i = 0; i < 200; i++)
        {
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var connecting = client.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken).AsTask();
            client.Close(0);
            await connecting.ContinueWith(static _ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        var before = Volatile.Read(ref accepted);
        var last = await Factory.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        await Eventually.IsTrue(() => Volatile.Read(ref accepted) > before);
        last.Abort();
    }
}
