using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Switchboard.Tests.Support;
using Switchboard.Tests.Tls;

namespace Switchboard.Tests;

/// <summary>What connections cost over TLS, counted for the process.</summary>
public sealed class SecureCostTests
{
    private const int Count = 400;

    // The session of OpenSSL, on the heap of C, is the most of it, and there are two: the test's own end has one too.
    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task An_idle_connection_takes_few_bytes_of_the_managed_heap(string transport)
    {
        await using var secure = Secure.StartEcho(transport, new WebSocketServerOptions { PingInterval = default });
        var measured = new List<(long Heap, long Resident)>();
        for (var i = 0; i < 3; i++)
        {
            measured.Add(await MeasureAsync(secure));
        }

        var heap = measured.Select(static bytes => bytes.Heap).Order().ElementAt(1);
        var resident = measured.Select(static bytes => bytes.Resident).Max();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{transport}: {heap} bytes of the managed heap for each idle secure WebSocket; {resident} of memory, those of the test's end included.");
        Assert.InRange(heap, 0, 7000);
    }

    private static async Task<(long Heap, long Resident)> MeasureAsync(Secure secure)
    {
        var clients = new Client[Count];
        for (var i = 0; i < 20; i++)
        {
            using var warm = await Client.OpenAsync(secure.Server.Port);
        }

        await Eventually.IsTrue(() => secure.Server.Clients.Count == 0);
        var (heapBefore, residentBefore) = Memory();
        for (var i = 0; i < Count; i++)
        {
            clients[i] = await Client.OpenAsync(secure.Server.Port);
        }

        await Eventually.IsTrue(() => secure.Server.Clients.Count == Count);
        foreach (var client in clients)
        {
            await client.EchoAsync();
            client.Forget();
        }

        var (heap, resident) = Memory();
        Array.ForEach(clients, static client => client.Dispose());
        await Eventually.IsTrue(() => secure.Server.Clients.Count == 0);
        return ((heap - heapBefore) / Count, (resident - residentBefore) / Count);
    }

    private static (long Heap, long Resident) Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }

    /// <summary>A client that keeps its socket and nothing else when it has forgotten its session.</summary>
    private sealed class Client : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private SslStream? _stream;

        internal static async Task<Client> OpenAsync(int port)
        {
            var client = new Client();
            await client._socket.ConnectAsync("localhost", port, TestContext.Current.CancellationToken);
            client._stream = new SslStream(new NetworkStream(client._socket, ownsSocket: false), leaveInnerStreamOpen: true);
            await client._stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    CertificateChainPolicy = Switchboard.Tls.CustomTrust.In(TestCertificates.Roots, default),
                },
                TestContext.Current.CancellationToken);
            await client._stream.WriteAsync(Encoding.ASCII.GetBytes(RawPeer.Request()), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(client._stream, leaveOpen: true);
            Assert.StartsWith("HTTP/1.1 101 ", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            return client;
        }

        internal async Task EchoAsync()
        {
            await _stream!.WriteAsync(Frame.OfText("hello").ToBytes(isMasked: true), TestContext.Current.CancellationToken);
            await _stream.ReadExactlyAsync(new byte[7], TestContext.Current.CancellationToken);
        }

        internal void Forget()
        {
            _stream!.Dispose();
            _stream = null;
        }

        public void Dispose()
        {
            _stream?.Dispose();
            _socket.Close(timeout: 0);
        }
    }
}
