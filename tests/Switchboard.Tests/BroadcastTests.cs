using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>The collection of clients, and messages to all of them.</summary>
public sealed class BroadcastTests
{
    [Fact]
    public async Task Reaches_thousands_each_once_and_in_order()
    {
        await using var test = TestServer.Start();
        var peers = await OpenAsync(test, 2000);

        Assert.Equal(2000, test.Server.Broadcast("one"));
        Assert.Equal(2000, test.Server.Broadcast([2], MessageType.Binary));

        foreach (var peer in peers)
        {
            Assert.Equal("one", await peer.NextTextAsync());
            Assert.Equal((2, 1), await peer.NextAsync() is { } frame ? (frame.Opcode, frame.Payload.Length) : default);
        }
    }

    [Fact]
    public async Task One_that_is_disposed_again_does_nothing_to_the_next()
    {
        await using var test = TestServer.Start();
        var peers = await OpenAsync(test, 1);
        var client = test.Server.Clients.Single();

        // Not in an asynchronous method: a broadcast belongs to its thread.
        BroadcastThree();

        Assert.Equal("first", await peers[0].NextTextAsync());
        Assert.Equal("second", await peers[0].NextTextAsync());
        Assert.Equal("third", await peers[0].NextTextAsync());

        void BroadcastThree()
        {
            var first = Broadcast.Text("first");
            first.To(client);
            first.Dispose();
            var second = Broadcast.Text("second");
            second.To(client);
            first.Dispose();
            var third = Broadcast.Text("third");
            third.To(client);
            third.Dispose();
            second.Dispose();
        }
    }

    [Fact]
    public async Task Leaves_out_whom_the_filter_leaves_out()
    {
        await using var test = TestServer.Start();
        var peers = await OpenAsync(test, 3);
        var first = test.Server.Clients.MinBy(client => client.Id);

        Assert.Equal(2, test.Server.Broadcast("others", client => client != first));
        Assert.Equal(3, test.Server.Broadcast("all"));

        Assert.Equal("all", await peers[0].NextTextAsync());
        Assert.Equal("others", await peers[1].NextTextAsync());
        Assert.Equal("all", await peers[1].NextTextAsync());
    }

    [Fact]
    public async Task Frames_a_message_once_for_all()
    {
        await using var test = TestServer.Start();
        var peers = await OpenAsync(test, 100);
        var payload = new byte[100_000];
        test.Server.Broadcast(payload);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var queued = test.Server.Broadcast(payload, MessageType.Binary, static _ => false);
        var framed = GC.GetAllocatedBytesForCurrentThread() - before;

        // A frame for each of the hundred would be ten megabytes; the one may lie in a block that the pool has had.
        Assert.Equal(0, queued);
        Assert.InRange(framed, 0, 2 * payload.Length);
        Assert.Equal(100_000, (await peers[^1].NextAsync())!.Payload.Length);
    }

    [Fact]
    public async Task A_prepared_message_can_be_sent_again_and_again()
    {
        await using var test = TestServer.Start();
        var peers = await OpenAsync(test, 2);
        var message = PreparedMessage.FromText("prepared");

        Assert.Equal(2, test.Server.Clients.Broadcast(message));
        Assert.True(test.Server.Clients.First().Send(message));

        Assert.Equal("prepared", await peers[1].NextTextAsync());
        Assert.Equal("prepared", await peers[0].NextTextAsync());
    }

    [Fact]
    public async Task Counts_who_is_there_after_much_coming_and_going()
    {
        await using var test = TestServer.Start();
        var random = new Random(3);
        var there = new List<RawPeer>();
        for (var i = 0; i < 500; i++)
        {
            if (there.Count > 0 && random.Next(2) == 0)
            {
                var index = random.Next(there.Count);
                there[index].Abort();
                there.RemoveAt(index);
            }
            else
            {
                there.Add(await test.OpenAsync());
            }
        }

        await Eventually.IsTrue(() => test.Server.Clients.Count == there.Count);
        Assert.Equal(there.Count, test.Server.Clients.Distinct().Count());
        Assert.Equal(there.Count, test.Server.Broadcast("all"));
        foreach (var peer in there)
        {
            Assert.Equal("all", await peer.NextTextAsync());
        }
    }

    [Fact]
    public async Task To_clients_that_come_and_go_is_safe()
    {
        await using var test = TestServer.Start();
        var isOver = false;
        var broadcasting = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    test.Server.Broadcast("x");
                    _ = test.Server.Clients.ToList();
                }
            },
            TestContext.Current.CancellationToken);

        for (var i = 0; i < 200; i++)
        {
            (await test.OpenAsync()).Abort();
        }

        Volatile.Write(ref isOver, true);
        await broadcasting.InTime();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 0);
    }

    [Fact]
    public async Task Ids_are_unique_and_count_up()
    {
        await using var test = TestServer.Start();
        await OpenAsync(test, 100);

        var ids = test.Server.Clients.Select(client => client.Id).ToList();

        Assert.Equal(100, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(id > 0));
    }

    [Fact]
    public async Task A_socket_remembers_what_the_user_wants_to_remember()
    {
        await using var test = TestServer.Start(socket =>
        {
            socket.UserState = 0;
            socket.OnMessage += _ => socket.Send($"{socket.UserState = (int)socket.UserState! + 1}");
        });
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("a"), Frame.OfText("b"));

        Assert.Equal("1", await peer.NextTextAsync());
        Assert.Equal("2", await peer.NextTextAsync());
    }

    private static async Task<RawPeer[]> OpenAsync(TestServer test, int count)
    {
        var peers = new RawPeer[count];
        for (var i = 0; i < count; i++)
        {
            peers[i] = await test.OpenAsync();
        }

        await Eventually.IsTrue(() => test.Server.Clients.Count == count);
        return peers;
    }
}
