using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>Thousands of real connections at once.</summary>
public sealed class FloodTests
{
    private const int Connections = 5000;
    private const int MessagesEach = 20;

    [Fact]
    [Trait("Category", "Flood")]
    public async Task Five_thousand_connections_each_send_and_receive_twenty_messages_and_threads_stay_flat()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", ListenBacklog = 4096 });
        server.OnConnection += static (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();
        var address = new IPEndPoint(IPAddress.Loopback, server.Port);
        var clients = new FloodClient[Connections];
        var managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        var residentBefore = Resident();
        var threadsBefore = ThreadPool.ThreadCount;

        // Connecting in waves, so that no listen queue overflows and has to be tried again.
        for (var i = 0; i < Connections; i += 250)
        {
            await Task.WhenAll(Enumerable.Range(i, 250).Select(async n => clients[n] = await FloodClient.ConnectAsync(address)));
        }

        await Eventually.IsTrue(() => server.Clients.Count == Connections);
        var managed = (GC.GetTotalMemory(forceFullCollection: true) - managedBefore) / Connections;
        var resident = (Resident() - residentBefore) / Connections;
        var report = $"Per idle connection, the server's end and the test's raw socket together: {managed:N0} bytes managed, {resident:N0} bytes resident.";
        TestContext.Current.SendDiagnosticMessage(report);
        Console.WriteLine(report);

        var most = 0;
        for (var round = 0; round < MessagesEach; round++)
        {
            await Task.WhenAll(clients.Select((client, n) => client.SendAsync($"message {round} of {n}")));
            most = Math.Max(most, ThreadPool.ThreadCount);
        }

        await Task.WhenAll(clients.Select((client, n) => client.ReceiveAllAsync(Enumerable.Range(0, MessagesEach).Select(round => $"message {round} of {n}"))));
        most = Math.Max(most, ThreadPool.ThreadCount);

        // A thread for each connection would be five thousand.
        var threads = $"Threads of the pool: {threadsBefore} before, {most} at most.";
        TestContext.Current.SendDiagnosticMessage(threads);
        Console.WriteLine(threads);
        Assert.InRange(most, 0, threadsBefore + 32);

        Array.ForEach(clients, client => client.Dispose());
        await Eventually.IsTrue(() => server.Clients.Count == 0);
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>As little as can speak WebSocket, so that what is measured is the server's.</summary>
    private sealed class FloodClient(Socket socket) : IDisposable
    {
        private static readonly byte[] Request = Encoding.ASCII.GetBytes(RawPeer.Request());

        internal static async Task<FloodClient> ConnectAsync(IPEndPoint address)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
            await socket.SendAsync(Request, TestContext.Current.CancellationToken);
            var head = new byte[512];
            var length = 0;
            while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                var count = await socket.ReceiveAsync(head.AsMemory(length), TestContext.Current.CancellationToken);
                Assert.NotEqual(0, count);
                length += count;
            }

            Assert.True(head.AsSpan().StartsWith("HTTP/1.1 101 "u8));
            return new FloodClient(socket);
        }

        internal async Task SendAsync(string text)
        {
            var frame = Frame.OfText(text).ToBytes(isMasked: true);
            Assert.Equal(frame.Length, await socket.SendAsync(frame, TestContext.Current.CancellationToken));
        }

        internal async Task ReceiveAllAsync(IEnumerable<string> texts)
        {
            var expected = texts.SelectMany(text => Frame.OfText(text).ToBytes(isMasked: false)).ToArray();
            var received = new byte[expected.Length];
            for (var length = 0; length < received.Length;)
            {
                var count = await socket.ReceiveAsync(received.AsMemory(length), TestContext.Current.CancellationToken);
                Assert.NotEqual(0, count);
                length += count;
            }

            Assert.Equal(expected, received);
        }

        public void Dispose() => socket.Dispose();
    }
}
