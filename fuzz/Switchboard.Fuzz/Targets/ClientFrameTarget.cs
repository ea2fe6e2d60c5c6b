using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Switchboard.Rooms;
using Switchboard.Rooms.Wire;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="ClientFrame"/>. The input is a frame's text, and has no options. Nothing is thrown; what is read is an object to the runtime's parser, too, with the
/// same data; and a message of that data is JSON in which the data comes back.
/// </summary>
internal sealed class ClientFrameTarget : ITarget
{
    private static readonly RoomName Room = RoomName.TryCreate("fuzz", out var name, out _) ? name : throw new InvalidOperationException();

    public string Name => "client-frame";

    public void Run(ReadOnlySpan<byte> input)
    {
        // A connection's text is valid before it is anybody's (RFC 6455 §8.1).
        if (!Utf8.IsValid(input))
        {
            _ = ClientFrame.TryParse(input, out _, out _);
            return;
        }

        var isGood = ClientFrame.TryParse(input, out var frame, out var problem);
        FindingException.Unless(isGood == (problem is null), "It is refused and says nothing, or the other way round.");
        FindingException.Unless(problem is null or { Code: "malformed" or "unknown-type", RetryAfter: null }, "It is refused with another code.");
        FindingException.Unless(frame.Id is null or { Length: > 0 and <= 200 }, "An id has a wrong length.");
        FindingException.Unless(frame is { Since: null or >= 0, After: null or >= 0, Before: null or >= 0, Last: null or >= 0, Limit: null or >= 0 }, "A count is negative.");
        if (!isGood)
        {
            return;
        }

        using var document = JsonDocument.Parse(input.ToArray());
        FindingException.UnlessSame(JsonValueKind.Object, document.RootElement.ValueKind, "It is read, and no object.");
        FindingException.UnlessSame(frame.Type.ToString().ToLowerInvariant(), document.RootElement.GetProperty("type").GetString(), "It is of another type.");
        FindingException.UnlessSame(frame.Payload is not null, document.RootElement.TryGetProperty("data", out var data), "It has data, or has not.");
        if (frame.Payload is not null)
        {
            ExpectData(frame, data);
            ExpectWritten(frame, data);
        }
    }

    private static void ExpectData(in ClientFrame frame, JsonElement data)
    {
        switch (frame.Kind)
        {
            case RoomMessageKind.Text:
                FindingException.UnlessSameBytes(Encoding.UTF8.GetBytes(data.GetString()!), frame.Payload, "A text is another one.");
                break;
            case RoomMessageKind.Binary:
                FindingException.UnlessSameBytes(data.GetProperty("base64").GetBytesFromBase64(), frame.Payload, "Bytes are other ones.");
                FindingException.UnlessSame(1, data.GetPropertyCount(), "What has more than bytes is taken for bytes.");
                break;
            default:
                FindingException.UnlessSameBytes(Encoding.UTF8.GetBytes(data.GetRawText()), frame.Payload, "A value is another one.");
                FindingException.Unless(data.ValueKind != JsonValueKind.String, "A string is not taken for text.");
                break;
        }
    }

    private static void ExpectWritten(in ClientFrame frame, JsonElement data)
    {
        var output = new ArrayBufferWriter<byte>();
        ServerFrame.WriteEvent(output, new RoomMessage
        {
            Room = Room,
            Epoch = Guid.Empty,
            Sequence = 1,
            Sender = "fuzz",
            At = DateTimeOffset.UnixEpoch,
            Id = frame.Id,
            Key = frame.Key,
            Kind = frame.Kind,
            Payload = frame.Payload,
        });
        using var written = JsonDocument.Parse(output.WrittenMemory);
        var again = written.RootElement.GetProperty("data");
        if (frame.Kind == RoomMessageKind.Json)
        {
            FindingException.UnlessSame(data.GetRawText(), again.GetRawText(), "Data comes back as another value.");
        }
        else
        {
            FindingException.Unless(JsonElement.DeepEquals(data, again) || frame.Kind == RoomMessageKind.Binary, "A text comes back as another one.");
            FindingException.Unless(
                frame.Kind == RoomMessageKind.Text || again.GetProperty("base64").GetBytesFromBase64().AsSpan().SequenceEqual(frame.Payload), "Bytes come back as other ones.");
        }

        FindingException.UnlessSame(frame.Id, written.RootElement.TryGetProperty("id", out var id) ? id.GetString() : null, "An id comes back as another one.");
        FindingException.UnlessSame(frame.Key, written.RootElement.TryGetProperty("key", out var key) ? key.GetString() : null, "A key comes back as another one.");
    }
}
