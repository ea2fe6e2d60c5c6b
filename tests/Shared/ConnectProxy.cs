using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.TestSupport;

/// <summary>A small HTTP proxy that knows CONNECT, and wants credentials if it is told to.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly string? _authorization;
    private readonly Task _accepting;

    /// <param name="credentials">name:password, or null to let everybody through.</param>
    internal ConnectProxy(string? credentials = null)
    {
        _authorization = credentials is null ? null : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The heads of all requests that came.</summary>
    internal IReadOnlyCollection<string> Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // Cancelled, or the socket's own word for it.
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var toServer = new TcpClient();
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var head = await ReadHeadAsync(stream);
                _requests.Enqueue(head);
                if (_authorization is not null && !head.Split("\r\n").Contains(_authorization))
                {
                    await SayAsync(stream, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n");
                    return;
                }

                var authority = head.Split(' ')[1];
                var colon = authority.LastIndexOf(':');
                try
                {
                    await toServer.ConnectAsync(
                        authority[..colon].Trim('[', ']'), int.Parse(authority[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture), _ending.Token);
                }
                catch (SocketException)
                {
                    await SayAsync(stream, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
                    return;
                }

                // As many proxies say it.
                await SayAsync(stream, "HTTP/1.0 200 Connection established\r\n\r\n");
                await Task.WhenAny(stream.CopyToAsync(toServer.GetStream(), _ending.Token), toServer.GetStream().CopyToAsync(stream, _ending.Token));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // One of them is gone, or the test is.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _ending.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task SayAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), _ending.Token);
}
