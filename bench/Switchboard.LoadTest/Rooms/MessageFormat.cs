using System.Text;
using System.Text.Json;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Rooms;

/// <summary>What kinds of things a server says.</summary>
internal enum Said
{
    Message,
    Joined,
    Ack,
}

/// <summary>Understands what members receive. Only the first member that receives a message has it read; the others compare.</summary>
internal sealed class MessageFormat(RoomsLoad load)
{
    public const string JsonSubprotocol = "switchboard.v1.json";

    private readonly byte[] _rest = Frames.Payload(load.Size)[Stamp.Length..];

    public string? Subprotocol => load.Format == RoomFormat.Json ? JsonSubprotocol : null;

    /// <summary>Whether a member is told that it has joined. Else the answer to its handshake has to do.</summary>
    public bool SaysJoined => load.Format == RoomFormat.Json;

    public Said KindOf(ReadOnlySpan<byte> message)
    {
        if (load.Format == RoomFormat.Plain || message.StartsWith("{\"type\":\"message\""u8))
        {
            return Said.Message;
        }

        if (message.StartsWith("{\"type\":\"ack\""u8))
        {
            return Said.Ack;
        }

        return message.StartsWith("{\"type\":\"joined\""u8)
            ? Said.Joined
            : throw new RunFailedException($"The server said {Encoding.UTF8.GetString(message)}");
    }

    /// <summary>A message's stamp and, where there is one, its sequence. The rest of its payload must be as it was published.</summary>
    public Stamp Read(ReadOnlySpan<byte> message, out long? sequence)
    {
        sequence = null;
        var payload = message;
        if (load.Format == RoomFormat.Json)
        {
            payload = Field(message, "data"u8, out _);
            Field(message, "seq"u8, out sequence);
        }

        var stamp = Stamp.Read(payload);
        return payload[Stamp.Length..].SequenceEqual(_rest)
            ? stamp
            : throw new RunFailedException("A member received another payload than was published.");
    }

    /// <summary>Publisher and number of the message that is acknowledged.</summary>
    public static (int Publisher, int Number) ReadAck(ReadOnlySpan<byte> ack) =>
        Stamp.TryReadId(Field(ack, "id"u8, out _), out var publisher, out var number)
            ? (publisher, number)
            : throw new RunFailedException($"The server acknowledged what nobody published: {Encoding.UTF8.GetString(ack)}");

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out long? number)
    {
        number = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                number = reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : null;
                return reader.ValueSpan;
            }

            reader.Skip();
        }

        throw new RunFailedException($"{Encoding.UTF8.GetString(name)} is missing in {Encoding.UTF8.GetString(json)}");
    }
}
