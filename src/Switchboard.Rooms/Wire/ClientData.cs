using System.Text.Json;

namespace Switchboard.Rooms.Wire;

/// <summary>The data of a message: a string is text, <c>{"base64": "…"}</c> bytes, and any other value JSON.</summary>
internal static class ClientData
{
    /// <summary>Reads a value that is by itself.</summary>
    /// <inheritdoc cref="Read"/>
    public static Refusal? ReadAlone(ReadOnlySpan<byte> utf8, out RoomMessageKind kind, out byte[]? payload)
    {
        var json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = PayloadRule.MaxJsonDepth });
        try
        {
            json.Read();
            var problem = Read(ref json, utf8, out kind, out payload);

            // Nothing may follow: the reader throws if something does.
            json.Read();
            return problem;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            (kind, payload) = (default, null);
            return new Refusal("malformed", "A message in JSON is one JSON value, nested at most 32 deep, in which strings are whole.");
        }
    }

    /// <summary>Reads the value that the reader stands at, and leaves the reader at its end.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="utf8">What it reads.</param>
    /// <param name="kind">What the payload is.</param>
    /// <param name="payload">A copy; null if the value is bytes, and they cannot be read.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static Refusal? Read(ref Utf8JsonReader json, ReadOnlySpan<byte> utf8, out RoomMessageKind kind, out byte[]? payload)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            (kind, payload) = (RoomMessageKind.Text, Unescaped(json));
            return null;
        }

        var value = json;
        var start = (int)json.TokenStartIndex;
        json.Skip();
        if (value.TokenType == JsonTokenType.StartObject && HasOnly(ref value, "base64"u8))
        {
            value.Read();
            (kind, payload) = (RoomMessageKind.Binary, null);
            return value.TokenType == JsonTokenType.String && value.TryGetBytesFromBase64(out payload)
                ? null
                : new Refusal("malformed", "Binary data is {\"base64\": \"...\"}, with base64 of RFC 4648 §4.");
        }

        (kind, payload) = (RoomMessageKind.Json, utf8[start..(int)json.BytesConsumed].ToArray());
        return null;
    }

    /// <summary>Whether the object that the reader stands at has this property and no other one; then it stands at its name.</summary>
    private static bool HasOnly(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(name))
        {
            return false;
        }

        var behind = json;
        behind.Read();
        behind.Skip();
        return behind.Read() && behind.TokenType == JsonTokenType.EndObject;
    }

    private static byte[] Unescaped(in Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
        {
            return json.ValueSpan.ToArray();
        }

        var bytes = new byte[json.ValueSpan.Length];
        return bytes.AsSpan(0, json.CopyString(bytes)).ToArray();
    }
}
