using System.Net;
using Switchboard.Transports;
using Switchboard.Transports.Sockets;

namespace Switchboard.Wpt.Support;

/// <summary>Every name is this machine's, as the suite's hosts file says of its names.</summary>
internal sealed class HostsFile : ITransportFactory
{
    /// <summary>The name that was looked up last.</summary>
    internal string? Asked { get; private set; }

    public ITransportListener Listen(EndPoint endPoint, int backlog) => throw new NotSupportedException();

    public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var name = (DnsEndPoint)endPoint;
        Asked = name.Host;
        return SocketTransportFactory.Instance.ConnectAsync(new IPEndPoint(IPAddress.Loopback, name.Port), cancellationToken);
    }
}
