using System.Buffers;
using System.Text.Unicode;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Fuzz;

/// <summary>One end of a connection, which replies as the RFC wants it to; and what must be true of it at every step.</summary>
internal sealed class Endpoint(Role role, MessageLimits limits, PermessageDeflate? deflate) : IDisposable
{
    private readonly ProtocolConnection _connection = new(role, limits, deflate, new OneKey());
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly List<Happening> _happenings = [];
    private readonly ArrayBufferWriter<byte> _parts = new();
    private byte[] _arrived = [];

    internal IReadOnlyList<Happening> Happenings => _happenings;

    internal ReadOnlySpan<byte> Written => _output.WrittenSpan;

    internal ProtocolConnection Connection => _connection;

    /// <summary>Whether messages are handed up in parts. They are gathered here, so that the same happens.</summary>
    internal bool HandsUpParts
    {
        get => _connection.HandsUpParts;
        init => _connection.HandsUpParts = value;
    }

    internal void Feed(ReadOnlySpan<byte> bytes)
    {
        // What came is unmasked in place.
        if (_arrived.Length < bytes.Length)
        {
            _arrived = new byte[bytes.Length];
        }

        bytes.CopyTo(_arrived);
        var input = _arrived.AsSpan(0, bytes.Length);
        var turns = 0;
        while (_connection.TryRead(ref input, out var received))
        {
            if (received.Kind is ProtocolEventKind.TextPart or ProtocolEventKind.BinaryPart)
            {
                FindingException.Unless(HandsUpParts && !received.Payload.IsEmpty, "A part is handed up that is none.");
                _parts.Write(received.Payload);
                continue;
            }

            var happening = Happening.Of(received);
            if (received.Kind is ProtocolEventKind.Text or ProtocolEventKind.Binary && _parts.WrittenCount > 0)
            {
                happening = happening with { Payload = [.. _parts.WrittenSpan, .. received.Payload] };
                _parts.ResetWrittenCount();
            }

            Expect(received, happening.Payload);
            _happenings.Add(happening);
            var isReplyDue = received.NeedsReply && !_connection.IsCloseSent;
            FindingException.UnlessSame(
                isReplyDue, _connection.WriteReply(_output, received), "A reply was written when none was wanted, or none when one was.");

            // The smallest frame has two bytes: more events than bytes is turning on the spot.
            FindingException.Unless(++turns <= bytes.Length, "The connection turns on the spot.");
        }

        FindingException.Unless(input.IsEmpty, "The connection left bytes.");
        FindingException.Unless(_connection.PinnedBytes <= MostPinned, "More memory is pinned than the limits allow.");
        FindingException.Unless(!_connection.IsCloseReceived || _connection.PinnedBytes == 0, "Memory is pinned when nothing more will be read.");
    }

    public void Dispose()
    {
        _connection.Release();
        deflate?.Dispose();
        FindingException.Unless(_connection.PinnedBytes == 0, "Memory is pinned when all of it was given back.");
    }

    // A buffer that the pool rounds up to twice the limit, one for a control frame, and an inflater.
    // In parts, a buffer for one instead of the first.
    private int MostPinned =>
        (HandsUpParts ? 16 * 1024 : 2 * Math.Max(1024, limits.MaxMessageBytes)) + 1024 + (deflate is null ? 0 : Inflater.PinnedBytes);

    private void Expect(in ProtocolEvent received, ReadOnlySpan<byte> payload)
    {
        FindingException.Unless(
            _happenings is not [.., { Kind: ProtocolEventKind.Close or ProtocolEventKind.Failure }], "Something happens after the end.");
        switch (received.Kind)
        {
            case ProtocolEventKind.Text:
                FindingException.Unless(Utf8.IsValid(payload), "A text is not UTF-8.");
                goto case ProtocolEventKind.Binary;
            case ProtocolEventKind.Binary:
                FindingException.Unless(payload.Length <= limits.MaxMessageBytes, "A message is larger than the limit.");
                break;
            case ProtocolEventKind.Ping or ProtocolEventKind.Pong:
                FindingException.Unless(received.Payload.Length <= FrameHeader.MaxControlPayload, "A control frame is larger than 125 bytes.");
                break;
            case ProtocolEventKind.Close:
                FindingException.Unless(
                    (int)received.Code is 1005 or (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999),
                    "A close has a code that must not be sent.");
                FindingException.Unless(received.Reason is not null && received.Payload.IsEmpty, "A close has no reason, or a payload.");
                FindingException.Unless(_connection.IsCloseReceived, "A close came, and the connection does not know.");
                break;
            default:
                FindingException.Unless(
                    received.Code is CloseCode.ProtocolError or CloseCode.InvalidPayload or CloseCode.MessageTooBig or CloseCode.PolicyViolation,
                    "A failure has a code that is not foreseen.");
                FindingException.Unless(
                    received.Reason is { Length: > 0 and <= 123 }, "A failure has no reason, or one that no close frame carries.");
                FindingException.Unless(_connection.IsCloseReceived, "A rule was broken, and the connection does not know.");
                break;
        }
    }

    private sealed class OneKey : MaskingKeys
    {
        internal override uint Next() => BitConverter.ToUInt32(Wire.Key);
    }
}
