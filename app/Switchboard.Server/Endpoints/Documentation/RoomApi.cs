using Microsoft.OpenApi;
using static Switchboard.Server.Endpoints.Documentation.ApiOperation;
using static Switchboard.Server.Endpoints.Documentation.ApiSchemas;

namespace Switchboard.Server.Endpoints.Documentation;

/// <summary>What the document says of rooms.</summary>
internal static class RoomApi
{
    private static readonly (int Status, string Meaning)[] Common =
    [
        (400, "malformed: a parameter is wrong; bad-room: the name is none; or there are several tokens"),
        (401, "unauthenticated: there is no token, or it is no good"),
        (403, "forbidden: the token, the room or the origin does not allow it; refused: the application's own code said no"),
        (503, "unavailable: the store or the keys cannot be read at the moment"),
    ];

    private static OpenApiParameter Room => new()
    {
        Name = "room",
        In = ParameterLocation.Path,
        Required = true,
        Schema = Name,
        Description = "1 to 200 bytes of UTF-8 after decoding, percent-encoded but for letters, digits and -_.~",
    };

    private static OpenApiParameter As => InQuery("as", Name, "The display name, where names are free.");

    internal static ApiOperation ListRooms => new("listRooms", "The rooms that have messages or members")
    {
        Description = "By the ordinal order of their names, and only those that the caller may read.",
        Parameters = [As, InQuery("after", Name, "Begin behind this room."), InQuery("limit", Count, "At most so many: 1 to 1,000, default 100.")],
        Success = (200, Page("Rooms", Object(("rooms", ListOf(Object(("name", Name), ("members", Count)))), ("more", Flag)))),
        Problems = Common,
    };

    internal static ApiOperation ListMembers => new("listMembers", "Who is in a room")
    {
        Parameters = [Room, As, InQuery("limit", Count, "List at most so many: up to 1,000, which is the default. 0 only counts.")],
        Success = (200, Answer("Members", "application/json", Object(
            ("room", Name), ("count", Count), ("members", ListOf(Object(("name", Name), ("joined", Time))))))),
        Problems = Common,
    };

    internal static ApiOperation ReadMessages => new("readMessages", "What was said in a room")
    {
        Description = "Oldest first. Without 'after' and 'before', the newest.",
        Parameters =
        [
            Room, As,
            InQuery("after", Count, "Messages behind this sequence."),
            InQuery("before", Count, "Messages before this sequence."),
            InQuery("limit", Count, "At most so many: 1 to 500, default 50. Fewer if they are long."),
        ],
        Success = (200, Page("Messages", Object(
            ("room", Name), ("epoch", Uuid), ("first", Count), ("seq", Count), ("messages", ListOf(ApiSchemas.Message)), ("more", Flag)))),
        Problems = Common,
    };

    internal static ApiOperation Publish => new("publish", "Say something in a room")
    {
        Description = "The body is the message. application/json is JSON, application/octet-stream, images, audio and video are bytes, all else is text. "
            + "In a room that stores nothing the answer is 202, with the same body.",
        Parameters =
        [
            Room, As,
            InQuery("key", Name, "What the message is the latest of, for rooms with the policy keep-latest."),
            InHeader("Idempotency-Key", Name, "The message's id: published twice, it is there once."),
        ],
        Body = new()
        {
            ["text/plain"] = new() { Schema = Text },
            ["application/json"] = new() { Schema = AnyJson },
            ["application/octet-stream"] = new() { Schema = Bytes },
        },
        Success = (201, Answer("It is stored", "application/json", Object(("room", Name), ("seq", Count), ("at", Time)))),
        Problems =
        [
            .. Common,
            (413, "too-big: the message is longer than the room allows"),
            (429, "rate-limited: too many messages of this publisher in this room"),
        ],
    };

    internal static ApiOperation Listen => new("listen", "Hear what is said in a room")
    {
        Description = "Messages are events without a name, whose id is the sequence; joined, reset, presence and signal are events of those names.",
        Parameters =
        [
            Room, As,
            InQuery("last", Count, "How many messages of the past to send first."),
            InQuery("since", Count, "Send every message behind this sequence first."),
            InQuery("epoch", Uuid, "The epoch that 'since' counts in."),
            InHeader("Last-Event-ID", Count, "As 'since', and instead of it."),
        ],
        Success = (200, Answer("Events, until one of the two has had enough", "text/event-stream", Text)),
        Problems = [.. Common, (409, "room-full")],
    };
}
