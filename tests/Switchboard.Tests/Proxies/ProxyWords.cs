using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Switchboard.Transports;

namespace Switchboard.Tests.Proxies;

/// <summary>What proxies say before a connection's first byte.</summary>
internal static class ProxyWords
{
    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    internal static byte[] Line(string client) => Line(IPEndPoint.Parse(client));

    internal static byte[] Line(IPEndPoint client)
    {
        var isV6 = client.Address.GetAddressBytes().Length == 16;
        var (family, destination) = isV6 ? ("TCP6", "2001:db8::1") : ("TCP4", "198.51.100.1");
        return Encoding.ASCII.GetBytes($"PROXY {family} {client.Address} {destination} {client.Port} 443\r\n");
    }

    internal static byte[] Binary(string client, int tlvBytes = 0)
    {
        var source = IPEndPoint.Parse(client);
        var address = source.Address.GetAddressBytes();
        var ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)source.Port);
        byte[] body = [.. address, .. new byte[address.Length], .. ports];
        byte[] tlv = tlvBytes == 0 ? [] : [0x04, (byte)(tlvBytes >> 8), (byte)tlvBytes, .. new byte[tlvBytes]]; // PP2_TYPE_NOOP
        return Binary(command: 1, family: address.Length == 4 ? 0x11 : 0x21, [.. body, .. tlv]);
    }

    /// <summary>The proxy's own connection.</summary>
    internal static byte[] Local() => Binary(command: 0, family: 0, []);

    internal static byte[] Binary(int command, int family, byte[] body) =>
        [.. Signature, (byte)(0x20 | command), (byte)family, (byte)(body.Length >> 8), (byte)body.Length, .. body];
}

/// <summary>A network on which each connection begins with the same bytes, as behind a proxy.</summary>
/// <param name="network">What carries them.</param>
/// <param name="first">The bytes.</param>
/// <param name="isApart">Whether they leave by themselves, and not with what the client says first.</param>
internal sealed class ProxiedNetwork(ITransportFactory network, byte[] first, bool isApart) : ITransportFactory
{
    public ITransportListener Listen(EndPoint endPoint, int backlog) => network.Listen(endPoint, backlog);

    public async ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var transport = await network.ConnectAsync(endPoint, cancellationToken);
        using (transport.Gate.Enter())
        {
            transport.Write(first);
        }

        if (isApart)
        {
            transport.Flush();
        }

        return transport;
    }
}
