using System.Net;
using System.Net.Sockets;
using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>Two thousand strangers who each keep within the limits of one connection, and together would not. Alone, for memory is counted for the process.</summary>
public sealed class MemoryFloodTests
{
    private const int Strangers = 2000;
    private const int Limit = 64 * 1024 * 1024;

    // What others add while one thread is about to close the largest.
    private const int Slack = Limit / 2;

    // What the process may grow by, the strangers themselves and what the pool of buffers keeps included; without a limit it is 2 GiB.
    private const long MostResident = 8L * Limit;

    [Fact]
    public async Task Two_thousand_unfinished_messages_stay_within_the_budget_and_a_fair_client_is_served_throughout()
    {
        var budget = new MemoryBudget { MaxPinnedBytes = Limit };
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", Memory = budget, ListenBacklog = 4096 });
        server.OnConnection += static (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();
        await using var watch = new Watch(budget);
        using var fair = BlockingClient.Open(server.Port);
        using var over = new CancellationTokenSource();
        var serving = Task.Factory.StartNew(() => Converse(fair, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // 256 KiB of a message of 1 MiB each: half a GiB, if it were kept.
        byte[] head = [0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4];
        var piece = new byte[64 * 1024];
        var strangers = await OpenAsync(server.Port);
        await EachAsync(strangers, stranger => stranger.SendAsync(head));
        for (var round = 0; round < 4; round++)
        {
            await EachAsync(strangers, stranger => stranger.SendAsync(piece));
        }

        await Eventually.IsTrue(() => server.Clients.Count < Strangers / 2);
        await over.CancelAsync();
        var messages = await serving;
        Array.ForEach(strangers, stranger => stranger.Dispose());
        await Eventually.IsTrue(() => server.Clients.Count == 1 && budget.PinnedBytes == 0);

        Assert.InRange(watch.Most, Limit / 2, Limit + Slack);
        Assert.InRange(watch.MostResident, 0, MostResident);
        Assert.InRange(messages, 1, int.MaxValue);
        fair.Send(Frame.OfText("and after").ToBytes(isMasked: true));
        Assert.Equal("and after", Receive(fair, "and after".Length));
    }

    [Fact]
    public async Task Two_thousand_backlogs_stay_within_the_budget_and_a_fair_client_is_served_throughout()
    {
        var budget = new MemoryBudget { MaxPinnedBytes = Limit };
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", Memory = budget, ListenBacklog = 4096, Compression = null });
        server.OnConnection += static (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();
        using var fair = BlockingClient.Open(server.Port);
        await Eventually.IsTrue(() => server.Clients.Count == 1);
        var favoured = server.Clients.Single();
        await using var watch = new Watch(budget);
        using var over = new CancellationTokenSource();
        var serving = Task.Factory.StartNew(() => Converse(fair, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // They read nothing, and are sent more than the system's own buffers hold.
        var strangers = await OpenAsync(server.Port);
        await Eventually.IsTrue(() => server.Clients.Count == Strangers + 1);
        var news = new byte[100_000];
        for (var round = 0; round < 60 && server.Clients.Count > Strangers / 2; round++)
        {
            foreach (var client in server.Clients)
            {
                if (client != favoured)
                {
                    client.Send(news);
                }
            }

            await Task.Yield();
        }

        await Eventually.IsTrue(() => server.Clients.Count < Strangers);
        await over.CancelAsync();
        var messages = await serving;
        Array.ForEach(strangers, stranger => stranger.Dispose());
        await Eventually.IsTrue(() => server.Clients.Count == 1 && budget.PinnedBytes == 0);

        Assert.InRange(watch.Most, Limit / 2, Limit + Slack);
        Assert.InRange(watch.MostResident, 0, MostResident);
        Assert.InRange(messages, 1, int.MaxValue);
        Assert.Equal(ReadyState.Open, favoured.ReadyState);
    }

    private static int Converse(BlockingClient client, CancellationToken cancellationToken)
    {
        var messages = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var text = $"message {messages++}";
            client.Send(Frame.OfText(text).ToBytes(isMasked: true));
            Assert.Equal(text, Receive(client, text.Length));
        }

        return messages;
    }

    private static string Receive(BlockingClient client, int length)
    {
        var bytes = new byte[2 + length];
        client.Receive(bytes);
        return Frame.TryRead(bytes, out _)!.Text;
    }

    private static async Task<Stranger[]> OpenAsync(int port)
    {
        var strangers = new Stranger[Strangers];
        for (var i = 0; i < Strangers; i += 200)
        {
            await Task.WhenAll(Enumerable.Range(i, 200).Select(async n => strangers[n] = await Stranger.OpenAsync(port)));
        }

        return strangers;
    }

    private static Task EachAsync(Stranger[] strangers, Func<Stranger, Task> act) => Task.WhenAll(strangers.Select(act));

    /// <summary>A client of which nothing good is to be expected.</summary>
    private sealed class Stranger(Socket socket) : IDisposable
    {
        private static readonly byte[] Request = System.Text.Encoding.ASCII.GetBytes(RawPeer.Request());

        internal static async Task<Stranger> OpenAsync(int port)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, SendTimeout = 1000 };
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            await socket.SendAsync(Request, TestContext.Current.CancellationToken);
            var head = new byte[1];
            Assert.Equal(1, await socket.ReceiveAsync(head, TestContext.Current.CancellationToken));
            return new Stranger(socket);
        }

        internal async Task SendAsync(byte[] bytes)
        {
            try
            {
                await socket.SendAsync(bytes, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                // It was closed.
            }
        }

        public void Dispose() => socket.Close(timeout: 0);
    }

    /// <summary>Looks at the budget, and at the process, again and again.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private readonly MemoryBudget _budget;
        private readonly Thread _thread;
        private volatile bool _isOver;
        private readonly long _residentBefore = Environment.WorkingSet;
        private long _most;
        private long _mostResident;

        internal Watch(MemoryBudget budget)
        {
            _budget = budget;
            _thread = new Thread(Look);
            _thread.Start();
        }

        internal long Most => Volatile.Read(ref _most);

        internal long MostResident => Volatile.Read(ref _mostResident);

        public ValueTask DisposeAsync()
        {
            _isOver = true;
            _thread.Join();
            return default;
        }

        private void Look()
        {
            while (!_isOver)
            {
                _most = Math.Max(_most, _budget.PinnedBytes);
                _mostResident = Math.Max(_mostResident, Environment.WorkingSet - _residentBefore);
                Thread.Sleep(1);
            }
        }
    }
}
