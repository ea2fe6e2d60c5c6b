using System.Buffers;
using System.Text;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>One end of a conversation: what it is fed, what it makes of it, and what it writes.</summary>
internal sealed class Endpoint(
    Role role, MessageLimits? limits = null, PermessageDeflate? deflate = null, MaskingKeys? keys = null)
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly List<Happening> _happenings = [];

    internal ProtocolConnection Connection { get; } = new(role, limits ?? MessageLimits.Default, deflate, keys ?? new FixedKeys());

    internal ArrayBufferWriter<byte> Output => _output;

    /// <summary>All that was written, in hexadecimal.</summary>
    internal string Written => Wire.Hex(_output.WrittenSpan);

    /// <summary>All that happened so far.</summary>
    internal IReadOnlyList<Happening> Happenings => _happenings;

    /// <summary>The same, as if the parts of messages had been gathered.</summary>
    internal IReadOnlyList<Happening> Gathered
    {
        get
        {
            var gathered = new List<Happening>();
            var parts = new StringBuilder();
            foreach (var happening in _happenings)
            {
                switch (happening.Kind)
                {
                    case ProtocolEventKind.TextPart or ProtocolEventKind.BinaryPart:
                        parts.Append(happening.Payload);
                        break;
                    case ProtocolEventKind.Text or ProtocolEventKind.Binary:
                        gathered.Add(happening with { Payload = parts.Append(happening.Payload).ToString() });
                        parts.Clear();
                        break;
                    default:
                        gathered.Add(happening);
                        break;
                }
            }

            return gathered;
        }
    }

    /// <summary>Whether messages are handed up as they come.</summary>
    internal bool HandsUpParts
    {
        init => Connection.HandsUpParts = value;
    }

    /// <summary>Whether to write what the RFC wants said in return.</summary>
    internal bool Replies { get; init; }

    internal static Endpoint Server(MessageLimits? limits = null, PermessageDeflate? deflate = null) => new(Role.Server, limits, deflate);

    internal static Endpoint Client(MessageLimits? limits = null, PermessageDeflate? deflate = null) => new(Role.Client, limits, deflate);

    /// <summary>A frame from the peer, masked if need be, and what happens by it.</summary>
    internal IReadOnlyList<Happening> Receive(int firstByte, ReadOnlySpan<byte> payload) =>
        Feed(Wire.Frame(Wire.Other(role), firstByte, payload));

    /// <summary>A frame's header from the peer, with no byte of the payload.</summary>
    internal IReadOnlyList<Happening> ReceiveHeader(int firstByte, long length) =>
        Feed(Wire.Header(Wire.Other(role), firstByte, length));

    internal IReadOnlyList<Happening> Feed(string hex) => Feed(Wire.Bytes(hex));

    /// <returns>What happened by these bytes.</returns>
    internal IReadOnlyList<Happening> Feed(ReadOnlySpan<byte> bytes)
    {
        var before = _happenings.Count;
        var input = bytes.ToArray().AsSpan();
        var turns = 0;
        while (Connection.TryRead(ref input, out var received))
        {
            _happenings.Add(Happening.Of(received));
            if (Replies)
            {
                Connection.WriteReply(_output, received);
            }

            // The smallest frame has two bytes: more events than bytes means that the core turns on the spot, unless what it inflates is handed up in parts.
            Assert.True(++turns <= bytes.Length || IsPart(received), "The core does not move forward.");
        }

        Assert.True(input.IsEmpty, "The core left bytes.");
        return _happenings[before..];
    }

    internal IReadOnlyList<Happening> FeedByteByByte(ReadOnlySpan<byte> bytes)
    {
        var before = _happenings.Count;
        foreach (var value in bytes)
        {
            Feed([value]);
        }

        return _happenings[before..];
    }

    private bool IsPart(in ProtocolEvent received) => Connection.HandsUpParts && !received.Payload.IsEmpty;

    /// <summary>Keys that a test can foretell: that of §5.7, again and again.</summary>
    private sealed class FixedKeys : MaskingKeys
    {
        internal override uint Next() => BitConverter.ToUInt32(Wire.SampleKey);
    }
}
