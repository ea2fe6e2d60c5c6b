using System.Collections.Concurrent;
using System.Net;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests;

/// <summary>What every kind of transport must do when it listens and connects. Derive from it and name a factory.</summary>
public abstract class ListenerContractTests
{
    private protected abstract ITransportFactory Factory { get; }

    [Fact]
    public async Task Port_0_is_chosen_and_told()
    {
        await using var listener = Factory.Listen(Pairs.AnyPort, 1);
        await using var another = Factory.Listen(Pairs.AnyPort, 1);

        Assert.NotEqual(0, Assert.IsType<IPEndPoint>(listener.LocalEndPoint).Port);
        Assert.NotEqual(listener.LocalEndPoint, another.LocalEndPoint);
    }

    [Fact]
    public async Task An_address_in_use_is_an_IOException_that_says_so()
    {
        await using var first = Factory.Listen(Pairs.AnyPort, 1);

        var problem = Assert.Throws<IOException>(() => Factory.Listen(first.LocalEndPoint, 1));

        Assert.Contains("in use", problem.Message, StringComparison.Ordinal);
        Assert.Contains(PortOf(first).ToString(), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_where_nobody_listens_is_an_IOException_that_names_the_place()
    {
        var listener = Factory.Listen(Pairs.AnyPort, 1);
        await listener.DisposeAsync();

        var problem = await Assert.ThrowsAsync<IOException>(() => ConnectAsync(listener.LocalEndPoint));

        Assert.Contains(PortOf(listener).ToString(), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_with_a_cancelled_token_is_cancelled()
    {
        await using var listener = Factory.Listen(Pairs.AnyPort, 1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Factory.ConnectAsync(listener.LocalEndPoint, new CancellationToken(canceled: true)).AsTask());
    }

    [Fact]
    public async Task Connects_by_name()
    {
        await using var listener = Factory.Listen(Pairs.AnyPort, 16);
        listener.Start(static transport => transport.Start(new Echo(transport)));

        var client = await ConnectAsync(new DnsEndPoint("localhost", PortOf(listener)));

        await IsEchoed(client);
    }

    [Fact]
    public async Task Both_ends_know_their_addresses()
    {
        await using var listener = Factory.Listen(Pairs.AnyPort, 1);
        using var pair = await Pairs.ConnectAsync(Factory, listener);

        Assert.Equal(listener.LocalEndPoint, pair.Right.LocalEndPoint);
        Assert.Equal(listener.LocalEndPoint, pair.Left.RemoteEndPoint);
        Assert.NotNull(pair.Left.LocalEndPoint);
        Assert.Equal(pair.Left.LocalEndPoint, pair.Right.RemoteEndPoint);
    }

    [Fact]
    public async Task Disposing_ends_the_accepting_and_not_the_connections()
    {
        var listener = Factory.Listen(Pairs.AnyPort, 1);
        using var pair = await Pairs.ConnectAsync(Factory, listener);
        pair.Start();

        await listener.DisposeAsync().AsTask().InTime();
        await listener.DisposeAsync().AsTask().InTime();

        await Assert.ThrowsAsync<IOException>(() => ConnectAsync(listener.LocalEndPoint));
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Length == 1);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Disposing_before_the_start_frees_the_address()
    {
        var listener = Factory.Listen(Pairs.AnyPort, 1);
        await listener.DisposeAsync().AsTask().InTime();

        await using var again = Factory.Listen(listener.LocalEndPoint, 1);

        Assert.Equal(listener.LocalEndPoint, again.LocalEndPoint);
    }

    [Fact]
    public async Task Disposing_is_fine_inside_the_callback()
    {
        var listener = Factory.Listen(Pairs.AnyPort, 16);
        var disposed = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Start(transport =>
        {
            transport.Start(new Echo(transport));
            disposed.SetResult(listener.DisposeAsync().AsTask());
        });

        var client = await ConnectAsync(listener.LocalEndPoint);

        await (await disposed.Task.InTime()).InTime();
        await IsEchoed(client);
    }

    [Fact]
    public async Task Who_connects_before_the_start_is_accepted_after_it()
    {
        await using var listener = Factory.Listen(Pairs.AnyPort, 16);
        var early = await ConnectAsync(listener.LocalEndPoint);
        early.Put([1]);
        early.Flush();

        listener.Start(static transport => transport.Start(new Echo(transport)));

        var recorder = new Recorder();
        early.Start(recorder);
        await Eventually.IsTrue(() => recorder.Length == 1);
        early.Abort();
    }

    [Fact]
    public async Task Who_waits_to_be_accepted_when_the_listener_is_disposed_is_told()
    {
        var listener = Factory.Listen(Pairs.AnyPort, 16);
        var waiting = await ConnectAsync(listener.LocalEndPoint);
        var recorder = new Recorder();
        waiting.Start(recorder);

        await listener.DisposeAsync().AsTask().InTime();

        await recorder.Closed.InTime();
    }

    [Fact]
    public async Task One_who_throws_at_a_connection_loses_it_and_gets_the_next()
    {
        var accepted = 0;
        await using var listener = Factory.Listen(Pairs.AnyPort, 16);
        listener.Start(transport =>
        {
            if (Interlocked.Increment(ref accepted) % 2 == 1)
            {
                throw new InvalidOperationException("A test's own.");
            }

            transport.Start(new Echo(transport));
        });

        for (var i = 0; i < 5; i++)
        {
            var recorder = new Recorder();
            (await ConnectAsync(listener.LocalEndPoint)).Start(recorder);
            await recorder.Closed.InTime();
            await IsEchoed(await ConnectAsync(listener.LocalEndPoint));
        }
    }

    [Fact]
    public async Task Many_connect_at_once()
    {
        const int count = 500;
        await using var listener = Factory.Listen(Pairs.AnyPort, 512);
        listener.Start(static transport => transport.Start(new Echo(transport)));

        var clients = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => ConnectAsync(listener.LocalEndPoint)))).InTime();

        var recorders = clients.Select((client, i) =>
        {
            var recorder = new Recorder();
            client.Start(recorder);
            client.Send([(byte)i, (byte)(i >> 8)]);
            return recorder;
        }).ToArray();
        await Eventually.IsTrue(() => recorders.All(recorder => recorder.Length == 2));
        Assert.All(recorders.Index(), entry => Assert.Equal([(byte)entry.Index, (byte)(entry.Index >> 8)], entry.Item.Bytes));
        Array.ForEach(clients, client => client.Abort());
        await Task.WhenAll(recorders.Select(recorder => recorder.Closed)).InTime();
    }

    [Fact]
    public async Task Disposing_while_many_connect_leaves_nobody_without_an_answer()
    {
        var accepted = new ConcurrentBag<ITransport>();
        var listener = Factory.Listen(Pairs.AnyPort, 512);
        listener.Start(transport =>
        {
            accepted.Add(transport);
            transport.Start(new Echo(transport));
        });
        var connecting = Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            var recorder = new Recorder();
            try
            {
                var client = await ConnectAsync(listener.LocalEndPoint);
                client.Start(recorder);

                // The system may forget one that it has not handed over yet: such a client learns of it when it says something.
                client.Send([1]);
            }
            catch (IOException)
            {
                return;
            }

            await recorder.Closed;
        })).ToArray();

        await Eventually.IsTrue(() => !accepted.IsEmpty);
        await listener.DisposeAsync().AsTask().InTime();

        var ended = Task.WhenAll(connecting);
        await Eventually.IsTrue(() =>
        {
            foreach (var transport in accepted)
            {
                transport.Abort();
            }

            return ended.IsCompleted;
        });
        await ended;
    }

    private protected static int PortOf(ITransportListener listener) => ((IPEndPoint)listener.LocalEndPoint).Port;

    private protected static async Task IsEchoed(ITransport client)
    {
        var recorder = new Recorder();
        client.Start(recorder);
        client.Send([1, 2, 3]);
        await Eventually.IsTrue(() => recorder.Length == 3);
        client.Abort();
        await recorder.Closed.InTime();
        Assert.Empty(recorder.Complaints);
    }

    private protected Task<ITransport> ConnectAsync(EndPoint endPoint) =>
        Factory.ConnectAsync(endPoint, TestContext.Current.CancellationToken).AsTask();
}
