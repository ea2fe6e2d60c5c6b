using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Switchboard.AspNetCore.Detaching;
using Switchboard.Transports;
using Switchboard.Transports.Linux;

namespace Switchboard.AspNetCore.Listening;

/// <summary>
/// A port that plain HTTP and WebSockets share: who asks for a WebSocket comes to Kestrel over a transport of ours, which can be
/// taken back, and everybody else as if this were not here.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class SortingListener : IConnectionListener, IConnectionSorter
{
    private readonly Channel<Arrival> _arrivals = Channel.CreateUnbounded<Arrival>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SocketConnectionContextFactory _plain;
    private readonly bool _isDelayWanted;
    private readonly IAsyncDisposable _sorting;

    /// <param name="socket">Listens already; from now on the listener's own.</param>
    /// <param name="plain">Makes the connections that are plain HTTP.</param>
    /// <param name="isDelayWanted">Whether plain HTTP is to wait for more to send (Nagle).</param>
    internal SortingListener(Socket socket, SocketConnectionContextFactory plain, bool isDelayWanted)
    {
        EndPoint = socket.LocalEndPoint!;
        _plain = plain;
        _isDelayWanted = isDelayWanted;
        _sorting = EpollTransportFactory.Shared.Sort(socket, this);
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _arrivals.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_arrivals.Reader.TryRead(out var arrival))
            {
                if (TryMakeContext(arrival) is { } context)
                {
                    return context;
                }
            }
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _sorting.DisposeAsync().ConfigureAwait(false);
        _arrivals.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _plain.Dispose();
    }

    SortVerdict IConnectionSorter.Sort(ReadOnlySpan<byte> bytes, out int headLength) => UpgradeRequestSorter.Sort(bytes, out headLength);

    // The objects for Kestrel are made on its thread: the loop has others to serve.
    void IConnectionSorter.TakeOurs(ReadOnlySpan<byte> head, ITransport transport)
    {
        if (!_arrivals.Writer.TryWrite(new Arrival(transport, head.ToArray(), null)))
        {
            transport.Abort();
        }
    }

    void IConnectionSorter.TakeTheirs(SafeSocketHandle handle)
    {
        if (!_arrivals.Writer.TryWrite(new Arrival(null, null, handle)))
        {
            handle.Dispose();
        }
    }

    /// <returns>Null if the connection is gone by now.</returns>
    private ConnectionContext? TryMakeContext(in Arrival arrival)
    {
        if (arrival.Transport is { } transport)
        {
            return new UpgradeConnection(transport, arrival.Head!);
        }

        Socket? socket = null;
        try
        {
            socket = new Socket(arrival.Handle!);
            if (_isDelayWanted)
            {
                socket.NoDelay = false;
            }

            return _plain.Create(socket);
        }
        catch (Exception)
        {
            // Gone by now, or out of something: the next one is not to suffer from it.
            socket?.Dispose();
            arrival.Handle!.Dispose();
            return null;
        }
    }

    private readonly record struct Arrival(ITransport? Transport, byte[]? Head, SafeSocketHandle? Handle);
}
