using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Addresses;

/// <summary>What counts as one address: an IPv4 address, mapped into IPv6 or not, or the /64 of an IPv6 address.</summary>
internal readonly record struct AddressKey(bool IsV6, ulong Bits)
{
    internal static AddressKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return new AddressKey(IsV6: false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }

        return address.IsIPv4MappedToIPv6
            ? new AddressKey(IsV6: false, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : new AddressKey(IsV6: true, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
