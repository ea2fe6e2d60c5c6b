using System.Net;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Transports;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Support;

/// <summary>Answers a client's request with whatever it is told to: with nothing, or with words that may name the right key.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly ITransportListener _listener;
    private readonly TaskCompletionSource<RawPeer> _peer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    /// <param name="answer">What is answered, <c>{accept}</c> being the key that the client wants; null for nothing.</param>
    /// <param name="when">When it is answered. Default at once.</param>
    /// <param name="network">Where it listens. Default a network in memory, of its own.</param>
    internal HostileServer(string? answer, Task? when = null, ITransportFactory? network = null)
    {
        Network = network ?? new MemoryNetwork();
        _listener = Network.Listen(new IPEndPoint(IPAddress.Loopback, 0), 16);
        _listener.Start(transport => _ = ServeAsync(RawPeer.Start(transport, masks: false), answer, when ?? Task.CompletedTask));
    }

    internal ITransportFactory Network { get; }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint).Port;

    internal int Connections => Volatile.Read(ref _connections);

    internal Task<RawPeer> Peer => _peer.Task.InTime();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "RFC 6455 §1.3 wants SHA-1; nothing rests on its strength.")]
    private static string AcceptFor(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private async Task ServeAsync(RawPeer peer, string? answer, Task when)
    {
        Interlocked.Increment(ref _connections);
        _peer.TrySetResult(peer);
        var request = await peer.Head;
        var key = request.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
        await when;
        if (answer is not null)
        {
            peer.Send(Encoding.Latin1.GetBytes(answer.Replace("{accept}", AcceptFor(key), StringComparison.Ordinal)));
        }
    }
}
