using System.Collections.Concurrent;
using System.Net;

namespace Switchboard.Transports.Memory;

/// <summary>
/// A network inside the process, for tests: servers listen on it and clients connect to it, and the test decides how the bytes
/// are split, how late they come, and when the line is cut. Nothing leaves the process and no port is taken.
/// </summary>
/// <param name="timeProvider">The clock of <see cref="Delay"/>. Default the system's.</param>
public sealed class MemoryNetwork(TimeProvider? timeProvider = null) : ITransportFactory
{
    private readonly ConcurrentDictionary<int, MemoryListener> _listeners = new();
    private readonly ConcurrentQueue<MemoryLink> _links = new();
    private uint _portsGiven;

    /// <summary>How many of the available bytes arrive together: gets their number, gives 1 to all of it. Default all of it.</summary>
    public Func<int, int> Split { get; set; } = static available => available;

    /// <summary>How long bytes are under way. Default zero.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many bytes may be under way in one direction before the sender has to wait. Default 64 KiB.</summary>
    public int Capacity { get; set; } = 64 * 1024;

    /// <summary>Every connection that was made, oldest first.</summary>
    public IReadOnlyCollection<MemoryLink> Links => _links;

    internal TimeProvider TimeProvider { get; } = timeProvider ?? TimeProvider.System;

    /// <inheritdoc/>
    /// <remarks>Only the port counts.</remarks>
    public ITransportListener Listen(EndPoint endPoint, int backlog)
    {
        var port = PortOf(endPoint);
        if (port == 0)
        {
            port = NextPort();
        }

        var listener = new MemoryListener(new IPEndPoint(IPAddress.Loopback, port), l => _listeners.TryRemove(new(port, l)));
        return _listeners.TryAdd(port, listener) ? listener : throw new IOException($"Cannot listen on port {port}: it is in use.");
    }

    /// <inheritdoc/>
    public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var port = PortOf(endPoint);
        if (!_listeners.TryGetValue(port, out var listener))
        {
            throw new IOException($"Cannot connect to port {port}: nobody listens there.");
        }

        var link = new MemoryLink(this, new IPEndPoint(IPAddress.Loopback, NextPort()), listener.LocalEndPoint);
        _links.Enqueue(link);
        listener.Accept(link.ServerEnd);
        return new ValueTask<ITransport>(link.ClientEnd);
    }

    // The dynamic ports of RFC 6335 §6, round and round: a client's is only shown.
    private int NextPort() => 49152 + (int)((Interlocked.Increment(ref _portsGiven) - 1) % 16384);

    private static int PortOf(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => ip.Port,
        DnsEndPoint dns => dns.Port,
        _ => throw new ArgumentException($"A memory network has ports, and {endPoint} has none.", nameof(endPoint)),
    };
}
