using System.Text.Json;

namespace Switchboard.Rooms.Wire;

/// <summary>The words of the format, as a client writes them. They are compared where they stand: none is copied.</summary>
internal static class ClientVocabulary
{
    /// <summary>The field whose name the reader stands at.</summary>
    public static ClientField FieldOf(in Utf8JsonReader json) => json switch
    {
        _ when json.ValueTextEquals("type"u8) => ClientField.Type,
        _ when json.ValueTextEquals("room"u8) => ClientField.Room,
        _ when json.ValueTextEquals("id"u8) => ClientField.Id,
        _ when json.ValueTextEquals("key"u8) => ClientField.Key,
        _ when json.ValueTextEquals("data"u8) => ClientField.Data,
        _ when json.ValueTextEquals("since"u8) => ClientField.Since,
        _ when json.ValueTextEquals("epoch"u8) => ClientField.Epoch,
        _ when json.ValueTextEquals("last"u8) => ClientField.Last,
        _ when json.ValueTextEquals("echo"u8) => ClientField.Echo,
        _ when json.ValueTextEquals("after"u8) => ClientField.After,
        _ when json.ValueTextEquals("before"u8) => ClientField.Before,
        _ when json.ValueTextEquals("limit"u8) => ClientField.Limit,
        _ when json.ValueTextEquals("token"u8) => ClientField.Token,
        _ => ClientField.Unknown,
    };

    /// <summary>The type whose name the reader stands at; null if there is no such type.</summary>
    public static ClientFrameType? TypeOf(in Utf8JsonReader json) => json switch
    {
        _ when json.ValueTextEquals("publish"u8) => ClientFrameType.Publish,
        _ when json.ValueTextEquals("join"u8) => ClientFrameType.Join,
        _ when json.ValueTextEquals("leave"u8) => ClientFrameType.Leave,
        _ when json.ValueTextEquals("signal"u8) => ClientFrameType.Signal,
        _ when json.ValueTextEquals("history"u8) => ClientFrameType.History,
        _ when json.ValueTextEquals("members"u8) => ClientFrameType.Members,
        _ when json.ValueTextEquals("auth"u8) => ClientFrameType.Auth,
        _ => null,
    };

    public static string NameOf(ClientField field) => field.ToString().ToLowerInvariant();

    /// <summary>What a field must be, for a sentence about one that is not.</summary>
    public static string RangeOf(ClientField field) => field switch
    {
        ClientField.Id or ClientField.Key => "a string of 1 to 200 bytes",
        ClientField.Room => "a string",
        ClientField.Token => "a string that is not empty",
        ClientField.Epoch => "a string with the epoch that the room has told",
        ClientField.Echo => "true or false",
        _ => "a whole number, 0 or more",
    };
}
