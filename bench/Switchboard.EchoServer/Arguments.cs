using System.Globalization;
using Switchboard.Transports;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;

namespace Switchboard.EchoServer;

/// <summary>What the command line says.</summary>
internal static class Arguments
{
    internal static bool TryRead(string[] args, out int port, out ITransportFactory? transport, out bool isSecure)
    {
        port = 0;
        transport = null;
        isSecure = args is [.., "--tls"];
        args = isSecure ? args[..^1] : args;
        return args switch
        {
            ["--port", var text] => TryReadPort(text, out port),
            ["--port", var text, "--transport", var name] => TryReadPort(text, out port) && TryFindTransport(name, out transport),
            _ => false,
        };
    }

    private static bool TryReadPort(string text, out int port)
    {
        var isPort = ushort.TryParse(text, CultureInfo.InvariantCulture, out var number);
        port = number;
        return isPort;
    }

    private static bool TryFindTransport(string name, out ITransportFactory? transport)
    {
        transport = name switch
        {
            "sockets" => SocketTransportFactory.Instance,
            "epoll" when EpollTransportFactory.IsSupported => EpollTransportFactory.Shared,
            _ => null,
        };
        return transport is not null;
    }
}
