using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Switchboard.Rooms.Wire;

/// <summary>Writes the frames of <c>switchboard.v1.json</c> that a server sends, see docs/rooms-protocol.md: UTF-8, without reflection.</summary>
public static class ServerFrame
{
    /// <summary>The subprotocol.</summary>
    public const string Subprotocol = "switchboard.v1.json";

    // Read by JSON.parse and the like, never as part of a page: letters stay what they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? _ofThread;

    /// <summary><c>message</c>, <c>signal</c>, <c>presence</c>, <c>joined</c> or <c>reset</c>.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, RoomEvent happening)
    {
        ArgumentNullException.ThrowIfNull(happening);
        var json = Begin(output);
        switch (happening)
        {
            case RoomMessage message:
                Head(json, "message"u8, message.Room);
                WriteBody(json, message);
                break;
            case RoomSignal signal:
                Head(json, "signal"u8, signal.Room);
                json.WriteString("from"u8, signal.Sender);
                WriteData(json, signal.Kind, signal.Payload.Span);
                break;
            case PresenceChange change:
                Head(json, "presence"u8, change.Room);
                json.WriteString(change.HasJoined ? "joined"u8 : "left"u8, change.Name);
                json.WriteNumber("members"u8, change.Members);
                break;
            case RoomJoined joined:
                Head(json, "joined"u8, joined.Room);
                json.WriteString("epoch"u8, joined.Epoch);
                json.WriteNumber("seq"u8, joined.Sequence);
                json.WriteNumber("members"u8, joined.Members);
                json.WriteBoolean("durable"u8, joined.IsDurable);
                json.WriteString("name"u8, joined.Name);
                break;
            case RoomReset reset:
                Head(json, "reset"u8, reset.Room);
                json.WriteString("epoch"u8, reset.Epoch);
                json.WriteNumber("first"u8, reset.First);
                json.WriteNumber("seq"u8, reset.Sequence);
                break;
            default:
                throw new ArgumentException($"There is no frame for a {happening.GetType().Name}.", nameof(happening));
        }

        End(json);
    }

    /// <summary><c>ack</c>: the message is committed.</summary>
    public static void WriteAck(IBufferWriter<byte> output, RoomName room, string id, long sequence)
    {
        var json = Begin(output);
        json.WriteString("type"u8, "ack"u8);
        json.WriteString("id"u8, id);
        json.WriteString("room"u8, NameOf(room));
        json.WriteNumber("seq"u8, sequence);
        End(json);
    }

    /// <summary><c>error</c>.</summary>
    public static void WriteError(IBufferWriter<byte> output, Refusal refusal, string? id, string? room)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var json = Begin(output);
        json.WriteString("type"u8, "error"u8);
        WriteOptional(json, "id"u8, id);
        WriteOptional(json, "room"u8, room);
        json.WriteString("code"u8, refusal.Code);
        json.WriteString("message"u8, refusal.Message);
        if (refusal.RetryAfter is { } wait)
        {
            json.WriteNumber("retryAfter"u8, Math.Round(wait.TotalSeconds, 3));
        }

        End(json);
    }

    /// <summary><c>left</c>.</summary>
    public static void WriteLeft(IBufferWriter<byte> output, RoomName room, string? id)
    {
        var json = Begin(output);
        json.WriteString("type"u8, "left"u8);
        WriteOptional(json, "id"u8, id);
        json.WriteString("room"u8, NameOf(room));
        End(json);
    }

    /// <summary><c>history</c>.</summary>
    public static void WriteHistory(IBufferWriter<byte> output, RoomName room, HistoryPage page, string? id)
    {
        ArgumentNullException.ThrowIfNull(page);
        var json = Begin(output);
        json.WriteString("type"u8, "history"u8);
        WriteOptional(json, "id"u8, id);
        json.WriteString("room"u8, NameOf(room));
        WritePage(json, page);
        End(json);
    }

    /// <summary>The answer over HTTP, which has no <c>type</c> and tells where the room stands.</summary>
    public static void WriteHistoryBody(IBufferWriter<byte> output, RoomName room, HistoryPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var json = Begin(output);
        json.WriteString("room"u8, NameOf(room));
        json.WriteString("epoch"u8, page.Epoch);
        json.WriteNumber("first"u8, page.First);
        json.WriteNumber("seq"u8, page.Last);
        WritePage(json, page);
        End(json);
    }

    /// <summary><c>members</c>.</summary>
    public static void WriteMembers(IBufferWriter<byte> output, RoomName room, PresencePage page, string? id)
    {
        ArgumentNullException.ThrowIfNull(page);
        var json = Begin(output);
        json.WriteString("type"u8, "members"u8);
        WriteOptional(json, "id"u8, id);
        json.WriteString("room"u8, NameOf(room));
        json.WriteStartArray("members"u8);
        foreach (var member in page.Members)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, member.Name);
            WriteTime(json, "joined"u8, member.JoinedAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("count"u8, page.Count);
        End(json);
    }

    /// <summary><c>authenticated</c>.</summary>
    public static void WriteAuthenticated(IBufferWriter<byte> output, string user, DateTimeOffset? expires, string? id)
    {
        var json = Begin(output);
        json.WriteString("type"u8, "authenticated"u8);
        WriteOptional(json, "id"u8, id);
        json.WriteString("user"u8, user);
        if (expires is { } at)
        {
            WriteTime(json, "expires"u8, at);
        }

        End(json);
    }

    private static Utf8JsonWriter Begin(IBufferWriter<byte> output)
    {
        var json = _ofThread ??= new Utf8JsonWriter(output, Options);
        json.Reset(output);
        json.WriteStartObject();
        return json;
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
    }

    private static void Head(Utf8JsonWriter json, ReadOnlySpan<byte> type, RoomName room)
    {
        json.WriteString("type"u8, type);
        json.WriteString("room"u8, NameOf(room));
    }

    private static void WritePage(Utf8JsonWriter json, HistoryPage page)
    {
        json.WriteStartArray("messages"u8);
        foreach (var message in page.Messages)
        {
            json.WriteStartObject();
            WriteBody(json, message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("more"u8, page.HasMore);
    }

    private static void WriteBody(Utf8JsonWriter json, RoomMessage message)
    {
        json.WriteNumber("seq"u8, message.Sequence);
        WriteOptional(json, "from"u8, message.Sender);
        WriteTime(json, "at"u8, message.At);
        WriteOptional(json, "id"u8, message.Id);
        WriteOptional(json, "key"u8, message.Key);
        WriteData(json, message.Kind, message.Payload.Span);
    }

    private static void WriteData(Utf8JsonWriter json, RoomMessageKind kind, ReadOnlySpan<byte> payload)
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

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[24];
        time.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    private static string NameOf(RoomName room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return room.ToString();
    }
}
