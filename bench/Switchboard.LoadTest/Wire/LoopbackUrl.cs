using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Wire;

/// <summary>
/// Where the load goes. Only ever this machine: any other host is refused, so that nobody is flooded by a slip of the hand.
/// </summary>
internal sealed record LoopbackUrl(IPAddress Address, int Port, string PathAndQuery)
{
    /// <summary>The address as it lies in a <c>sockaddr_in</c>: in network order.</summary>
    public uint AddressBits => BitConverter.ToUInt32(Address.GetAddressBytes());

    public ushort PortBits => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)Port) : (ushort)Port;

    public static LoopbackUrl Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "ws")
        {
            throw new UsageException($"'{text}' is not a ws:// URL.");
        }

        // Not resolved: a hosts file must not be able to send the load elsewhere.
        var host = url.Host == "localhost" ? "127.0.0.1" : url.Host;
        if (!IPAddress.TryParse(host, out var address)
            || address.AddressFamily != AddressFamily.InterNetwork
            || !IPAddress.IsLoopback(address))
        {
            throw new UsageException($"'{url.Host}' is refused: load goes to IPv4 loopback addresses (127.0.0.0/8) only.");
        }

        return new LoopbackUrl(address, url.Port, url.PathAndQuery);
    }

    public override string ToString() => $"ws://{Address}:{Port}{PathAndQuery}";
}
