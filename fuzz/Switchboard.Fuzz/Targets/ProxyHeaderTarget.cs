using System.Buffers.Binary;
using System.Net;
using System.Text;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Proxies;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="ProxyHeaderReader"/>. The input is a connection's beginning, and has no options. It is judged alike however much of it is there, and
/// what it says is read again from either version's own form.
/// </summary>
internal sealed class ProxyHeaderTarget : ITarget
{
    public string Name => "proxy-header";

    public void Run(ReadOnlySpan<byte> input)
    {
        var whole = ProxyHeaderReader.TryRead(input, out var header, out var consumed);
        FindingException.Unless(whole == ReadStatus.Done ? consumed is > 0 and <= ProxyHeaderReader.MaxBytes : consumed == 0, "It has a wrong length.");
        FindingException.Unless(whole == ReadStatus.Done || header == default, "It says something, and is not done.");
        FindingException.Unless(
            whole != ReadStatus.NeedsMore || input.Length < ProxyHeaderReader.MaxBytes, "It has all that it may have, and wants more.");
        ExpectSameAtEveryCut(input[..Math.Min(input.Length, ProxyHeaderReader.MaxBytes)], whole, header, consumed);
        if (header.Source is { } source && header.Destination is { } destination)
        {
            ExpectRead(Line(source, destination), header);
            ExpectRead(Binary(source, destination), header);
        }
    }

    private static void ExpectSameAtEveryCut(ReadOnlySpan<byte> input, ReadStatus whole, ProxyHeader header, int consumed)
    {
        for (var length = 0; length <= input.Length; length++)
        {
            var status = ProxyHeaderReader.TryRead(input[..length], out var cut, out var cutConsumed);
            if (status == ReadStatus.NeedsMore)
            {
                continue;
            }

            FindingException.UnlessSame((whole, header, consumed), (status, cut, cutConsumed), "A header is read otherwise when less of it is there.");
            FindingException.Unless(status == ReadStatus.Invalid || length == consumed, "It was done later than it ends.");
            return;
        }

        FindingException.UnlessSame(ReadStatus.NeedsMore, whole, "It was never done, and is.");
    }

    private static void ExpectRead(byte[] written, ProxyHeader header)
    {
        FindingException.UnlessSame(ReadStatus.Done, ProxyHeaderReader.TryRead(written, out var again, out var consumed), "What was written is not read.");
        FindingException.UnlessSame((header, written.Length), (again, consumed), "What was read and written is read otherwise.");
    }

    private static byte[] Line(IPEndPoint source, IPEndPoint destination) => Encoding.ASCII.GetBytes(
        $"PROXY {(source.Address.GetAddressBytes().Length == 4 ? "TCP4" : "TCP6")} {source.Address} {destination.Address} {source.Port} {destination.Port}\r\n");

    private static byte[] Binary(IPEndPoint source, IPEndPoint destination)
    {
        byte[] addresses = [.. source.Address.GetAddressBytes(), .. destination.Address.GetAddressBytes()];
        var written = new byte[16 + addresses.Length + 4];
        "\r\n\r\n\0\r\nQUIT\n"u8.CopyTo(written);
        written[12] = 0x21;
        written[13] = (byte)(addresses.Length == 8 ? 0x11 : 0x21);
        BinaryPrimitives.WriteUInt16BigEndian(written.AsSpan(14), (ushort)(addresses.Length + 4));
        addresses.CopyTo(written, 16);
        BinaryPrimitives.WriteUInt16BigEndian(written.AsSpan(16 + addresses.Length), (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(written.AsSpan(18 + addresses.Length), (ushort)destination.Port);
        return written;
    }
}
