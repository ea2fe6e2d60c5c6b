using System.Net;
using System.Net.Sockets;

namespace Switchboard.Interop;

/// <summary>Stands between a client and a server, hands on what both say, and counts it. For one connection after the other.</summary>
internal sealed class CountingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private long _fromClient;
    private long _fromServer;

    /// <param name="server">Whom it calls for each client that calls it.</param>
    public CountingRelay(string server)
    {
        _server = new Uri(server);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"ws://{_listener.LocalEndpoint}/";

    /// <summary>What the client has sent until now, in bytes. Whoever has got a message finds it counted.</summary>
    public long FromClient => Volatile.Read(ref _fromClient);

    /// <inheritdoc cref="FromClient"/>
    public long FromServer => Volatile.Read(ref _fromServer);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relaying = new List<Task>();
        try
        {
            while (true)
            {
                relaying.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relaying);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _end.Token);
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), server.GetStream(), count => Interlocked.Add(ref _fromClient, count)),
                    PumpAsync(server.GetStream(), client.GetStream(), count => Interlocked.Add(ref _fromServer, count)));
            }
            catch (OperationCanceledException)
            {
                // The conversation is over before it began.
            }
        }
    }

    /// <summary>Ends when either end does.</summary>
    private async Task PumpAsync(NetworkStream from, NetworkStream to, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var length)
            {
                count(length);
                await to.WriteAsync(buffer.AsMemory(0, length), _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // That connection has ended.
        }
    }
}
