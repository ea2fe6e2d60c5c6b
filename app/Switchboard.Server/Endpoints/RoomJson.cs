using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Server.Endpoints;

internal sealed record RoomListBody(IReadOnlyList<RoomBody> Rooms, bool More);

internal sealed record RoomBody(string Name, long Members);

internal sealed record MemberListBody(string Room, long Count, IReadOnlyList<MemberBody> Members);

internal sealed record MemberBody(string Name, [property: JsonConverter(typeof(WireTime))] DateTimeOffset Joined);

internal sealed record PublishedBody(string Room, long Seq, [property: JsonConverter(typeof(WireTime))] DateTimeOffset At);

/// <summary>What the HTTP side of rooms answers, serialized without reflection.</summary>
[JsonSerializable(typeof(RoomListBody))]
[JsonSerializable(typeof(MemberListBody))]
[JsonSerializable(typeof(PublishedBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class RoomJson : JsonSerializerContext;

/// <summary>Times as the frames have them: in UTC, to the millisecond, <c>2026-01-01T12:00:00.000Z</c>.</summary>
internal sealed class WireTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
