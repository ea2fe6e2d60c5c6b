using System.Text.Json.Serialization;

namespace Switchboard.Server.Endpoints;

internal sealed record RoomListBody(IReadOnlyList<RoomBody> Rooms, bool More);

internal sealed record RoomBody(string Name, long Members);

internal sealed record MemberListBody(string Room, long Count, IReadOnlyList<MemberBody> Members);

internal sealed record MemberBody(string Name, DateTimeOffset Joined);

internal sealed record PublishedBody(string Room, long Seq, DateTimeOffset At);

/// <summary>What the HTTP side of rooms answers, serialized without reflection.</summary>
[JsonSerializable(typeof(RoomListBody))]
[JsonSerializable(typeof(MemberListBody))]
[JsonSerializable(typeof(PublishedBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class RoomJson : JsonSerializerContext;
