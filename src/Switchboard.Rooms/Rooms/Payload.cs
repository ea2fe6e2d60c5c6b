using System.Text.Unicode;

namespace Switchboard.Rooms;

/// <summary>The one copy of a message's bytes, made before any lock is taken.</summary>
internal static class Payload
{
    public static byte[] Copy(ReadOnlySpan<byte> payload, RoomMessageKind kind, int maxBytes)
    {
        if (payload.Length > maxBytes)
        {
            throw new ArgumentException($"The message has {payload.Length} bytes; the limit is {maxBytes}.", nameof(payload));
        }

        // A member that is handed broken text must hang up on us (RFC 6455 §8.1), so one bad publisher would empty the room.
        if (kind == RoomMessageKind.Text && !Utf8.IsValid(payload))
        {
            throw new ArgumentException("A text message must be valid UTF-8.", nameof(payload));
        }

        return payload.ToArray();
    }
}
