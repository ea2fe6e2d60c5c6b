using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Rooms.Wire;

/// <summary>The parts that frames of a server are made of, each with the name that it has in all of them.</summary>
internal static class ServerJson
{
    // Read by JSON.parse and the like, never as part of a page: letters stay what they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? _ofThread;

    /// <summary>Opens a frame, in the writer of this thread: until <see cref="End"/> there is no other one.</summary>
    public static Utf8JsonWriter Begin(IBufferWriter<byte> output)
    {
        var json = _ofThread ??= new Utf8JsonWriter(output, Options);
        json.Reset(output);
        json.WriteStartObject();
        return json;
    }

    extension(Utf8JsonWriter json)
    {
        public void End()
        {
            json.WriteEndObject();
            json.Flush();
        }

        public void WriteHead(ReadOnlySpan<byte> type, RoomName room)
        {
            json.WriteString("type"u8, type);
            json.WriteRoom(room);
        }

        public void WriteRoom(RoomName room)
        {
            ArgumentNullException.ThrowIfNull(room);
            json.WriteString("room"u8, room.ToString());
        }

        public void WritePage(HistoryPage page)
        {
            json.WriteStartArray("messages"u8);
            foreach (var message in page.Messages)
            {
                json.WriteStartObject();
                json.WriteMessage(message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("more"u8, page.HasMore);
        }

        public void WriteMessage(RoomMessage message)
        {
            json.WriteNumber("seq"u8, message.Sequence);
            json.WriteOptional("from"u8, message.Sender);
            json.WriteTime("at"u8, message.At);
            json.WriteOptional("id"u8, message.Id);
            json.WriteOptional("key"u8, message.Key);
            json.WriteData(message.Kind, message.Payload.Span);
        }

        public void WriteData(RoomMessageKind kind, ReadOnlySpan<byte> payload)
        {
            switch (kind)
            {
                case RoomMessageKind.Text:
                    json.WriteString("data"u8, payload);
                    break;
                case RoomMessageKind.Json:
                    json.WritePropertyName("data"u8);
                    json.WriteRawValue(payload, skipInputValidation: true); // The room has checked it.
                    break;
                default:
                    json.WriteStartObject("data"u8);
                    json.WriteBase64String("base64"u8, payload);
                    json.WriteEndObject();
                    break;
            }
        }

        public void WriteOptional(ReadOnlySpan<byte> name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }

        public void WriteTime(ReadOnlySpan<byte> name, DateTimeOffset time)
        {
            Span<byte> text = stackalloc byte[24];
            time.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            json.WriteString(name, text[..length]);
        }
    }
}
