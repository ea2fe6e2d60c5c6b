using Switchboard.Transports;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;

namespace Switchboard.Server;

/// <summary>The transport of a server that asks for none: the best one for this machine.</summary>
internal static class DefaultTransport
{
    internal static ITransportFactory Factory => EpollTransportFactory.IsSupported ? EpollTransportFactory.Shared : SocketTransportFactory.Instance;
}
