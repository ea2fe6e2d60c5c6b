using System.Buffers.Binary;
using System.Text;

namespace Switchboard.Cli.Listening.Wire;

/// <summary>
/// Tells apart what one side of a connection sends: the head of its HTTP message, then frames (RFC 6455 §5.2). It only looks: it judges no
/// rule, remembers no more than a preview of each frame, and never throws, whatever the bytes are.
/// </summary>
/// <param name="previewBytes">How much of a payload is kept. Of control frames all of it is.</param>
/// <param name="report">Gets what was seen.</param>
internal sealed class WireScanner(int previewBytes, Action<WireEvent> report)
{
    private const int MaxHeadBytes = 64 * 1024;
    private const int MaxHeaderBytes = 14;
    private const int MaxControlPayload = 125;
    private const int StrangeBytes = 16;

    private readonly List<byte> _head = [];
    private readonly byte[] _header = new byte[MaxHeaderBytes];
    private int _headerLength;
    private byte[] _preview = [];
    private int _previewLength;
    private ulong _payloadLength;
    private ulong _payloadSeen;
    private int _content;
    private bool _isCompressed;
    private Stage _stage;

    private enum Stage
    {
        Head,
        Header,
        Payload,
        Over,
    }

    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>Looks at what is sent next.</summary>
    internal void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _stage != Stage.Over)
        {
            switch (_stage)
            {
                case Stage.Head:
                    ReadHead(ref bytes);
                    break;
                case Stage.Header:
                    ReadHeader(ref bytes);
                    break;
                default:
                    ReadPayload(ref bytes);
                    break;
            }
        }
    }

    /// <summary>What follows is no WebSocket: a handshake was refused, perhaps before its head was whole, which is reported.</summary>
    internal void Stop()
    {
        if (_stage == Stage.Head)
        {
            End();
        }

        _stage = Stage.Over;
    }

    /// <summary>There is nothing more. What is not whole is reported as such.</summary>
    internal void End()
    {
        switch (_stage)
        {
            case Stage.Head when _head.Count > 0:
                GiveUp($"no HTTP head in {_head.Count} bytes", _head.Take(StrangeBytes).ToArray());
                break;
            case Stage.Header when _headerLength > 0:
                GiveUp("cut off within a frame's header", _header.AsSpan(0, _headerLength));
                break;
            case Stage.Payload:
                GiveUp($"cut off within a frame, after {_payloadSeen} of {_payloadLength} bytes of payload", _preview.AsSpan(0, Math.Min(_previewLength, StrangeBytes)));
                break;
        }

        _stage = Stage.Over;
    }

    private void ReadHead(ref ReadOnlySpan<byte> bytes)
    {
        // Byte by byte: it is short, and comes once.
        var consumed = 0;
        while (consumed < bytes.Length)
        {
            _head.Add(bytes[consumed++]);
            if (_head.Count >= EndOfHead.Length && _head.Slice(_head.Count - EndOfHead.Length, EndOfHead.Length).SequenceEqual(EndOfHead.ToArray()))
            {
                // Whoever hears of it may stop the scanner.
                _stage = Stage.Header;
                report(new WireEvent.Head(Encoding.Latin1.GetString([.. _head])[..^EndOfHead.Length].Split("\r\n")));
                _head.Clear();
                break;
            }

            if (_head.Count == MaxHeadBytes)
            {
                End();
                break;
            }
        }

        bytes = bytes[consumed..];
    }

    private void ReadHeader(ref ReadOnlySpan<byte> bytes)
    {
        _header[_headerLength++] = bytes[0];
        bytes = bytes[1..];
        if (_headerLength < 2 || _headerLength < HeaderLength(_header[1]))
        {
            return;
        }

        _payloadLength = (_header[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            var length => (ulong)length,
        };
        if (_payloadLength > long.MaxValue)
        {
            GiveUp("no frame: the highest bit of its length is set", _header.AsSpan(0, _headerLength));
            return;
        }

        var kept = (_header[0] & 0x08) != 0 ? Math.Max(previewBytes, MaxControlPayload) : previewBytes;
        _preview = new byte[Math.Min((ulong)kept, _payloadLength)];
        (_previewLength, _payloadSeen, _stage) = (0, 0, Stage.Payload);
        if (_payloadLength == 0)
        {
            Finish();
        }
    }

    private void ReadPayload(ref ReadOnlySpan<byte> bytes)
    {
        var count = (int)Math.Min((ulong)bytes.Length, _payloadLength - _payloadSeen);
        var kept = Math.Min(count, _preview.Length - _previewLength);
        bytes[..kept].CopyTo(_preview.AsSpan(_previewLength));
        _previewLength += kept;
        _payloadSeen += (ulong)count;
        bytes = bytes[count..];
        if (_payloadSeen == _payloadLength)
        {
            Finish();
        }
    }

    private void Finish()
    {
        var (opcode, fin, reserved) = (_header[0] & 0x0F, (_header[0] & 0x80) != 0, (_header[0] >> 4) & 0x07);
        uint? mask = null;
        if ((_header[1] & 0x80) != 0)
        {
            var key = _header.AsSpan(_headerLength - 4, 4);
            mask = BinaryPrimitives.ReadUInt32BigEndian(key);
            for (var i = 0; i < _preview.Length; i++)
            {
                _preview[i] ^= key[i % 4];
            }
        }

        // RFC 7692 §6: RSV1 stands on a message's first frame, and what follows is compressed with it.
        var isControl = (opcode & 0x08) != 0;
        if (!isControl && opcode != 0)
        {
            (_content, _isCompressed) = (opcode, (reserved & 4) != 0);
        }

        report(new WireEvent.Frame(opcode, fin, reserved, mask, _payloadLength, isControl ? opcode : _content, !isControl && _isCompressed, _preview));
        (_headerLength, _stage) = (0, Stage.Header);
    }

    private void GiveUp(string why, ReadOnlySpan<byte> bytes)
    {
        report(new WireEvent.Strange(why, bytes.ToArray()));
        _stage = Stage.Over;
    }

    private static int HeaderLength(byte second) => 2 + ((second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 }) + ((second & 0x80) != 0 ? 4 : 0);
}
