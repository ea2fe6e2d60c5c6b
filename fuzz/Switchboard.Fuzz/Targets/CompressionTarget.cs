using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// Messages that we compress. Options: the level and whether windows are kept; the window bits and how much room there is; into how many messages the
/// data is cut (1 to 8, or 9). The data is what the messages say. What one end of ours has compressed is what its other end reads, and what the
/// runtime inflates, also behind a message that did not fit.
/// </summary>
internal sealed class CompressionTarget : ITarget
{
    private static readonly MessageLimits Limits = new(32 * 1024, 16);

    public string Name => "compression";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var (form, bits, cut) = (choices.Next(), choices.Next(), choices.Next());
        var data = choices.Data;
        var keepsContext = (form & 0x80) != 0;
        var header = $"permessage-deflate; server_max_window_bits={9 + (bits % 7)}; client_no_context_takeover"
            + (keepsContext ? "" : "; server_no_context_takeover");
        using var sender = Agreement.Of(header, Role.Server, level: 1 + (form % 9));
        using var receiver = new Endpoint(Role.Client, Limits, Agreement.Of(header, Role.Client, level: 1));
        using var byteByByte = new Endpoint(Role.Client, Limits, Agreement.Of(header, Role.Client, level: 1));
        var sent = new List<byte[]>();
        byte[] stream = [];
        var size = 1 + (data.Length / (1 + (cut % 8)));
        while (!data.IsEmpty)
        {
            var message = data[..Math.Min(size, data.Length)];
            data = data[message.Length..];
            sent.Add(message.ToArray());

            // Some room that is enough for anything, none at all, as much as the message has, or half.
            var room = new byte[(((bits >> 4) + sent.Count) % 4) switch { 0 => message.Length + 100, 1 => message.Length, 2 => message.Length / 2, _ => 0 }];
            using var turn = sender.BeginSending();
            var isCompressed = turn.TryCompress(message, room, out var length);
            FindingException.Unless(isCompressed || room.Length <= message.Length, "A message was not compressed, and there was room.");
            byte[] frame;
            if (isCompressed)
            {
                var payload = room[..length];
                stream = keepsContext ? [.. stream, .. payload, 0x00, 0x00, 0xFF, 0xFF] : [.. payload, 0x00, 0x00, 0xFF, 0xFF];
                ExpectTheRuntimeToRead(stream, message);
                frame = Wire.Frame(Role.Server, 0xC2, payload);
            }
            else
            {
                frame = Wire.Frame(Role.Server, 0x82, message);
            }

            receiver.Feed(frame);
            foreach (var value in frame)
            {
                byteByByte.Feed([value]);
            }
        }

        ExpectReceived(sent, receiver, "whole");
        ExpectReceived(sent, byteByByte, "byte by byte");
    }

    private static void ExpectTheRuntimeToRead(byte[] stream, ReadOnlySpan<byte> message)
    {
        var end = RuntimeInflation.Of(stream, int.MaxValue - 1, out var output);
        FindingException.UnlessSame(InflationEnd.Open, end, "The runtime cannot inflate what we have compressed.");
        FindingException.UnlessSameBytes(message, output.AsSpan(^message.Length..), "The runtime inflates something else than we have compressed.");
    }

    private static void ExpectReceived(List<byte[]> sent, Endpoint receiver, string how)
    {
        FindingException.UnlessSame(sent.Count, receiver.Happenings.Count, $"Another number of messages came than was sent, {how}.");
        for (var i = 0; i < sent.Count; i++)
        {
            var received = receiver.Happenings[i];
            FindingException.UnlessSame(ProtocolEventKind.Binary, received.Kind, $"A message of ours was not taken, {how}.");
            FindingException.UnlessSameBytes(sent[i], received.Payload, $"Another message came than was sent, {how}.");
        }
    }
}
