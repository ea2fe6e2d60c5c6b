using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Wire;

/// <summary>
/// Where the load goes. Only ever this machine: any other host is refused, so that nobody is flooded by a slip of the hand.
/// </summary>
/// <param name="Address">A loopback address of IPv4.</param>
/// <param name="Port">Where the server listens.</param>
/// <param name="PathAndQuery">What the opening handshake asks for.</param>
/// <param name="IsSecure">The server speaks TLS; its certificate is not looked at.</param>
/// <param name="IsRaw">The server speaks no WebSocket: it shakes no hands and sends back the bytes it gets.</param>
internal sealed record LoopbackUrl(IPAddress Address, int Port, string PathAndQuery, bool IsRaw = false, bool IsSecure = false)
{
    /// <summary>The address as it lies in a <c>sockaddr_in</c>: in network order.</summary>
    public uint AddressBits => BitConverter.ToUInt32(Address.GetAddressBytes());

    public ushort PortBits => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)Port) : (ushort)Port;

    public static LoopbackUrl Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "wss" or "tcp"))
        {
            throw new UsageException($"'{text}' is not a ws://, wss:// or tcp:// URL.");
        }

        // Not resolved: a hosts file must not be able to send the load elsewhere.
        var host = url.Host == "localhost" ? "127.0.0.1" : url.Host;
        if (!IPAddress.TryParse(host, out var address)
            || address.AddressFamily != AddressFamily.InterNetwork
            || !IPAddress.IsLoopback(address))
        {
            throw new UsageException($"'{url.Host}' is refused: load goes to IPv4 loopback addresses (127.0.0.0/8) only.");
        }

        return new LoopbackUrl(address, url.Port, url.PathAndQuery, IsRaw: url.Scheme == "tcp", IsSecure: url.Scheme == "wss");
    }

    public override string ToString() => IsRaw ? $"tcp://{Address}:{Port}" : $"{(IsSecure ? "wss" : "ws")}://{Address}:{Port}{PathAndQuery}";
}
