using System.Buffers;
using System.Buffers.Binary;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Frames;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="FrameReader"/>, <see cref="FrameWriter"/> and <see cref="Masking"/>. The input is frames, one behind the other, and has no options.
/// A header is what RFC 6455 §5.2 says, at every cut; what is read is written back to the same bytes; a payload is masked as §5.3 says.
/// </summary>
internal sealed class FramesTarget : ITarget
{
    public string Name => "frames";

    public void Run(ReadOnlySpan<byte> input)
    {
        var rest = new Choices(input).Data;
        while (!rest.IsEmpty)
        {
            var status = FrameReader.TryRead(rest, out var header, out var consumed);
            ExpectTheSameAtEveryCut(rest, status, header, consumed);
            ExpectByTheBook(rest, status, header, consumed);
            if (status != ReadStatus.Done)
            {
                return;
            }

            ExpectToBeWrittenBack(rest[..consumed], header);
            var payload = rest[consumed..];
            payload = payload[..(int)Math.Min(payload.Length, header.PayloadLength)];
            ExpectMaskedByTheBook(header, payload);
            ExpectWholeFrameReadBack(header, payload);
            rest = rest[(consumed + payload.Length)..];
        }
    }

    private static void ExpectTheSameAtEveryCut(ReadOnlySpan<byte> input, ReadStatus whole, in FrameHeader header, int consumed)
    {
        var isDecided = false;
        for (var length = 0; length <= Math.Min(input.Length, FrameHeader.MaxSize + 1); length++)
        {
            var status = FrameReader.TryRead(input[..length], out var cutHeader, out var cutConsumed);
            if (status == ReadStatus.NeedsMore)
            {
                FindingException.Unless(!isDecided, "A header that was decided is open again when more bytes are there.");
                FindingException.Unless(cutConsumed == 0, "A header that is not whole has consumed something.");
                continue;
            }

            isDecided = true;
            FindingException.UnlessSame(whole, status, "A header is judged otherwise when fewer bytes are there.");
            FindingException.UnlessSame(header, cutHeader, "A header is read otherwise when fewer bytes are there.");
            FindingException.UnlessSame(consumed, cutConsumed, "A header has another size when fewer bytes are there.");
            FindingException.Unless(status == ReadStatus.Invalid || length >= consumed, "A header was read from more bytes than there are.");
        }

        FindingException.UnlessSame(whole != ReadStatus.NeedsMore, isDecided, "A header is decided only if more than itself is there.");
    }

    private static void ExpectByTheBook(ReadOnlySpan<byte> input, ReadStatus status, in FrameHeader header, int consumed)
    {
        var expected = ReadStatus.NeedsMore;
        ulong length = 0;
        var size = 2;
        if (input.Length >= 2)
        {
            length = input[1] & 0x7Fu;
            size += length switch { 126 => 2, 127 => 8, _ => 0 } + ((input[1] & 0x80) != 0 ? 4 : 0);
            var (wide, least) = length switch { 126 => (2, 126ul), 127 => (8, 65536ul), _ => (0, 0ul) };
            if (input.Length >= 2 + wide)
            {
                length = wide switch
                {
                    2 => BinaryPrimitives.ReadUInt16BigEndian(input[2..]),
                    8 => BinaryPrimitives.ReadUInt64BigEndian(input[2..]),
                    _ => length,
                };
                expected = length < least || length > long.MaxValue ? ReadStatus.Invalid
                    : input.Length < size ? ReadStatus.NeedsMore
                    : ReadStatus.Done;
            }
        }

        FindingException.UnlessSame(expected, status, "A header is not judged as the RFC does.");
        if (status == ReadStatus.Done)
        {
            FindingException.UnlessSame(size, consumed, "A header has another size than in the RFC.");
            FindingException.UnlessSame((long)length, header.PayloadLength, "A length is not read as the RFC does.");
            FindingException.UnlessSame((input[0] & 0x80) != 0, header.Fin, "FIN is not read as the RFC does.");
            FindingException.UnlessSame(input[0] & 0x70, (int)header.Reserved, "The reserved bits are not read as the RFC does.");
            FindingException.UnlessSame(input[0] & 0x0F, (int)header.Opcode, "The opcode is not read as the RFC does.");
            FindingException.UnlessSame((input[1] & 0x80) != 0, header.IsMasked, "MASK is not read as the RFC does.");
        }
    }

    private static void ExpectToBeWrittenBack(ReadOnlySpan<byte> read, in FrameHeader header)
    {
        Span<byte> written = stackalloc byte[FrameHeader.MaxSize];
        var size = FrameWriter.WriteHeader(written, header);
        FindingException.UnlessSameBytes(read, written[..size], "A header that was read is written otherwise.");
        FindingException.UnlessSame(size, FrameHeader.SizeFor(header.PayloadLength, header.IsMasked), "A header's size is foretold wrongly.");
    }

    private static void ExpectMaskedByTheBook(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Span<byte> key = stackalloc byte[4];
        BitConverter.TryWriteBytes(key, header.MaskingKey);
        var expected = Wire.Masked(payload, key);
        var inPlace = payload.ToArray();
        Masking.Apply(inPlace, header.MaskingKey);
        FindingException.UnlessSameBytes(expected, inPlace, "A payload is not masked as the RFC does.");

        var byteByByte = payload.ToArray();
        for (var i = 0; i < byteByByte.Length; i++)
        {
            Masking.Apply(byteByByte.AsSpan(i, 1), header.MaskingKey, i);
        }

        FindingException.UnlessSameBytes(expected, byteByByte, "A payload is masked otherwise byte by byte.");
    }

    private static void ExpectWholeFrameReadBack(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>();
        var sent = header with { PayloadLength = payload.Length };
        FrameWriter.Write(output, sent, payload);
        FindingException.UnlessSame(
            ReadStatus.Done, FrameReader.TryRead(output.WrittenSpan, out var received, out var consumed),
            "A frame that was written cannot be read.");
        FindingException.UnlessSame(sent, received, "A frame that was written is read otherwise.");
        var unmasked = output.WrittenSpan[consumed..].ToArray();
        if (header.IsMasked)
        {
            Masking.Apply(unmasked, header.MaskingKey);
        }

        FindingException.UnlessSameBytes(payload, unmasked, "A payload that was written is read otherwise.");
    }
}
