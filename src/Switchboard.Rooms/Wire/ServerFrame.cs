using System.Buffers;

namespace Switchboard.Rooms.Wire;

/// <summary>Writes the frames of <c>switchboard.v1.json</c> that a server sends, see docs/rooms-protocol.md: UTF-8, without reflection.</summary>
public static class ServerFrame
{
    /// <summary>The subprotocol.</summary>
    public const string Subprotocol = "switchboard.v1.json";

    /// <summary><c>message</c>, <c>signal</c>, <c>presence</c>, <c>joined</c> or <c>reset</c>.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, RoomEvent happening)
    {
        ArgumentNullException.ThrowIfNull(happening);
        var json = ServerJson.Begin(output);
        switch (happening)
        {
            case RoomMessage message:
                json.WriteHead("message"u8, message.Room);
                json.WriteMessage(message);
                break;
            case RoomSignal signal:
                json.WriteHead("signal"u8, signal.Room);
                json.WriteString("from"u8, signal.Sender);
                json.WriteData(signal.Kind, signal.Payload.Span);
                break;
            case PresenceChange change:
                json.WriteHead("presence"u8, change.Room);
                json.WriteString(change.HasJoined ? "joined"u8 : "left"u8, change.Name);
                json.WriteNumber("members"u8, change.Members);
                break;
            case RoomJoined joined:
                json.WriteHead("joined"u8, joined.Room);
                json.WriteString("epoch"u8, joined.Epoch);
                json.WriteNumber("seq"u8, joined.Sequence);
                json.WriteNumber("members"u8, joined.Members);
                json.WriteBoolean("durable"u8, joined.IsDurable);
                json.WriteString("name"u8, joined.Name);
                break;
            case RoomReset reset:
                json.WriteHead("reset"u8, reset.Room);
                json.WriteString("epoch"u8, reset.Epoch);
                json.WriteNumber("first"u8, reset.First);
                json.WriteNumber("seq"u8, reset.Sequence);
                break;
            default:
                throw new ArgumentException($"There is no frame for a {happening.GetType().Name}.", nameof(happening));
        }

        json.End();
    }

    /// <summary><c>ack</c>: the message is committed.</summary>
    public static void WriteAck(IBufferWriter<byte> output, RoomName room, string id, long sequence)
    {
        var json = ServerJson.Begin(output);
        json.WriteString("type"u8, "ack"u8);
        json.WriteString("id"u8, id);
        json.WriteRoom(room);
        json.WriteNumber("seq"u8, sequence);
        json.End();
    }

    /// <summary><c>error</c>.</summary>
    public static void WriteError(IBufferWriter<byte> output, Refusal refusal, string? id, string? room)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var json = ServerJson.Begin(output);
        json.WriteString("type"u8, "error"u8);
        json.WriteOptional("id"u8, id);
        json.WriteOptional("room"u8, room);
        json.WriteString("code"u8, refusal.Code);
        json.WriteString("message"u8, refusal.Message);
        if (refusal.RetryAfter is { } wait)
        {
            json.WriteNumber("retryAfter"u8, Math.Round(wait.TotalSeconds, 3));
        }

        json.End();
    }

    /// <summary><c>left</c>.</summary>
    public static void WriteLeft(IBufferWriter<byte> output, RoomName room, string? id)
    {
        var json = ServerJson.Begin(output);
        json.WriteString("type"u8, "left"u8);
        json.WriteOptional("id"u8, id);
        json.WriteRoom(room);
        json.End();
    }

    /// <summary><c>history</c>.</summary>
    public static void WriteHistory(IBufferWriter<byte> output, RoomName room, HistoryPage page, string? id)
    {
        ArgumentNullException.ThrowIfNull(page);
        var json = ServerJson.Begin(output);
        json.WriteString("type"u8, "history"u8);
        json.WriteOptional("id"u8, id);
        json.WriteRoom(room);
        json.WritePage(page);
        json.End();
    }

    /// <summary>The answer over HTTP, which has no <c>type</c> and tells where the room stands.</summary>
    public static void WriteHistoryBody(IBufferWriter<byte> output, RoomName room, HistoryPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var json = ServerJson.Begin(output);
        json.WriteRoom(room);
        json.WriteString("epoch"u8, page.Epoch);
        json.WriteNumber("first"u8, page.First);
        json.WriteNumber("seq"u8, page.Last);
        json.WritePage(page);
        json.End();
    }

    /// <summary><c>members</c>.</summary>
    public static void WriteMembers(IBufferWriter<byte> output, RoomName room, PresencePage page, string? id)
    {
        ArgumentNullException.ThrowIfNull(page);
        var json = ServerJson.Begin(output);
        json.WriteString("type"u8, "members"u8);
        json.WriteOptional("id"u8, id);
        json.WriteRoom(room);
        json.WriteStartArray("members"u8);
        foreach (var member in page.Members)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, member.Name);
            json.WriteTime("joined"u8, member.JoinedAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("count"u8, page.Count);
        json.End();
    }

    /// <summary><c>authenticated</c>.</summary>
    public static void WriteAuthenticated(IBufferWriter<byte> output, string user, DateTimeOffset? expires, string? id)
    {
        var json = ServerJson.Begin(output);
        json.WriteString("type"u8, "authenticated"u8);
        json.WriteOptional("id"u8, id);
        json.WriteString("user"u8, user);
        if (expires is { } at)
        {
            json.WriteTime("expires"u8, at);
        }

        json.End();
    }
}
