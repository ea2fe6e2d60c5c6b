namespace Switchboard.Tests;

/// <summary>A handler on the pool may block: then nobody else waits for what it has sent, or for what others send.</summary>
public sealed class BlockedHandlerTests
{
    [Fact]
    public async Task A_handler_that_blocks_for_another_clients_answer_gets_it()
    {
        using var answered = new ManualResetEventSlim();
        ServerWebSocket? second = null;
        await using var server = new WebSocketServer(new WebSocketServerOptions { HandlersRunOn = HandlerThread.ThreadPool });
        server.OnConnection += (socket, request) =>
        {
            if (request.Path == "/second")
            {
                second = socket;
                socket.OnMessage += _ => answered.Set();
                socket.Send("hello");
                return;
            }

            socket.OnMessage += _ =>
            {
                second!.Send("question");
                socket.Send(answered.Wait(Eventually.Patience) ? "answered" : "nobody answered");
            };
        };
        server.Start();
        await using var other = new WebSocket($"ws://localhost:{server.Port}/second");
        var hello = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.OnMessage += message =>
        {
            if (message.Text == "question")
            {
                other.Send("answer");
            }
            else
            {
                hello.SetResult();
            }
        };
        await hello.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await using var asking = new WebSocket($"ws://localhost:{server.Port}/first");
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        asking.OnMessage += message => said.SetResult(message.Text);
        asking.OnOpen += () => asking.Send("go");

        Assert.Equal("answered", await said.Task.WaitAsync(2 * Eventually.Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_saw_that_something_waits_is_told_of_the_drain_also_if_it_only_was_on_its_way_to_the_loop()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { MaxBacklogBytes = 64 * 1024 * 1024 });
        var connected = new TaskCompletionSource<ServerWebSocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnConnection += (socket, _) => connected.SetResult(socket);
        server.Start();
        await using var client = new WebSocket($"ws://localhost:{server.Port}/");
        client.OnMessage += static _ => { };
        var socket = await connected.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        using var drained = new ManualResetEventSlim();
        socket.OnDrain += drained.Set;
        var waits = 0;

        for (var round = 0; round < 200; round++)
        {
            // From this thread, which is not corked: the loop may be about to send all of it, or not have begun.
            for (var i = 0; i < 4; i++)
            {
                Assert.True(socket.Send(new byte[1000]));
            }

            drained.Reset();
            if (socket.BufferedAmount > 0)
            {
                waits++;
                Assert.True(drained.Wait(Eventually.Patience, TestContext.Current.CancellationToken), "Nobody told that there is room again.");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{waits} of 200 waited.");
    }

    [Fact]
    public async Task A_broadcast_that_is_disposed_twice_or_never_begun_harms_nobody()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions());
        server.OnConnection += (socket, _) => socket.OnMessage += message =>
        {
            default(Broadcast).Dispose();
            var broadcast = Broadcast.Bytes(message.Type, message.Data);
            broadcast.To(socket);
            broadcast.Dispose();
            broadcast.Dispose();
        };
        server.Start();
        await using var client = new WebSocket($"ws://localhost:{server.Port}/");
        client.OnOpen += () => client.Send("one");
        var heard = new List<string>();
        await foreach (var message in client.Messages)
        {
            heard.Add(message.Text);
            if (heard.Count == 3)
            {
                break;
            }

            client.Send($"again {heard.Count}");
        }

        Assert.Equal(["one", "again 1", "again 2"], heard);
    }
}
