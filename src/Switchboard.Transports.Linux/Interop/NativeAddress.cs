using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Switchboard.Transports.Linux.Interop;

/// <summary>
/// An address as the system writes it: <c>sockaddr_in</c> or <c>sockaddr_in6</c>. It is kept as it is, 28 bytes inside its connection;
/// an <see cref="IPEndPoint"/> is made for whoever asks.
/// </summary>
[InlineArray(Size)]
internal struct NativeAddress
{
    /*  sockaddr_in    0 family(2)  2 port(2)  4 address(4)
        sockaddr_in6   0 family(2)  2 port(2)  4 flow(4)      8 address(16)  24 scope(4)
        Port and addresses are in network order, family and scope in the machine's.     */
    internal const int Size = 28;
    private const int InetSize = 16;

    private byte _first;

    internal uint Length => Family == LibC.AF_INET ? InetSize : (uint)Size;

    internal int Family => MemoryMarshal.Read<ushort>(this[..2]);

    internal static NativeAddress Of(IPEndPoint endPoint)
    {
        var address = default(NativeAddress);
        Span<byte> bytes = address;
        var isV6 = endPoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        MemoryMarshal.Write(bytes, (ushort)(isV6 ? LibC.AF_INET6 : LibC.AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(bytes[(isV6 ? 8 : 4)..], out _);
        if (isV6)
        {
            MemoryMarshal.Write(bytes[24..], (uint)endPoint.Address.ScopeId);
        }

        return address;
    }

    internal IPEndPoint? ToEndPoint()
    {
        ReadOnlySpan<byte> bytes = this;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return Family switch
        {
            LibC.AF_INET => new IPEndPoint(new IPAddress(bytes.Slice(4, 4)), port),
            LibC.AF_INET6 => new IPEndPoint(new IPAddress(bytes.Slice(8, 16), MemoryMarshal.Read<uint>(bytes[24..])), port),
            _ => null,
        };
    }
}
