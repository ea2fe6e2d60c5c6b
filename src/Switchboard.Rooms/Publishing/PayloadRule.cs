using System.Text.Json;
using System.Text.Unicode;

namespace Switchboard.Rooms;

/// <summary>What a payload must be, before it is anybody's.</summary>
internal static class PayloadRule
{
    /// <summary>How deep JSON may be nested: whoever writes more means harm, or at least to find out.</summary>
    public const int MaxJsonDepth = 32;

    public static Refusal? Check(ReadOnlySpan<byte> payload, RoomMessageKind kind, int maxBytes)
    {
        if (payload.Length > maxBytes)
        {
            return Refusal.TooBig(payload.Length, maxBytes);
        }

        // A member that is handed broken text must hang up on us (RFC 6455 §8.1), so one bad publisher would empty the room.
        return kind switch
        {
            RoomMessageKind.Text when !Utf8.IsValid(payload) => Refusal.NotUtf8,
            RoomMessageKind.Json when !IsOneJsonValue(payload) => Refusal.NotJson,
            _ => null,
        };
    }

    private static bool IsOneJsonValue(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = MaxJsonDepth });
            var isValue = reader.Read() && reader.TokenType != JsonTokenType.String;
            reader.Skip();
            return isValue && !reader.Read() && Utf8.IsValid(payload);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
