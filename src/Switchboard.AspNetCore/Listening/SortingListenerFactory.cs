using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Switchboard.AspNetCore.Listening;

/// <summary>Takes the place of Kestrel's socket transport: sorts what comes to TCP ports, and leaves all else to it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SortingListenerFactory(IOptions<SocketTransportOptions> options, ILoggerFactory loggerFactory)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // Kestrel's own category.
    private const string LogCategory = "Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets";

    private readonly SocketTransportFactory _other = new(options, loggerFactory);

    public bool CanBind(EndPoint endpoint) => _other.CanBind(endpoint);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint is IPEndPoint ? new ValueTask<IConnectionListener>(Listen(endpoint)) : _other.BindAsync(endpoint, cancellationToken);

    private SortingListener Listen(EndPoint endpoint)
    {
        var settings = options.Value;
        Socket socket;
        try
        {
            socket = settings.CreateBoundListenSocket(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // What Kestrel expects to be told.
            throw new AddressInUseException(e.Message, e);
        }

        socket.Listen(settings.Backlog);
        var plain = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions
            {
                IOQueueCount = settings.IOQueueCount,
                WaitForDataBeforeAllocatingBuffer = settings.WaitForDataBeforeAllocatingBuffer,
                MaxReadBufferSize = settings.MaxReadBufferSize,
                MaxWriteBufferSize = settings.MaxWriteBufferSize,
                UnsafePreferInlineScheduling = settings.UnsafePreferInlineScheduling,
            },
            loggerFactory.CreateLogger(LogCategory));
        return new SortingListener(socket, plain, isDelayWanted: !settings.NoDelay);
    }
}
