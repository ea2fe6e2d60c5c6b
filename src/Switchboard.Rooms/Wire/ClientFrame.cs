using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms.Wire;

/// <summary>One frame of <c>switchboard.v1.json</c> from a client, see docs/rooms-protocol.md. Fields that are not there are null.</summary>
public readonly record struct ClientFrame
{
    /// <summary>What it is.</summary>
    public ClientFrameType Type { get; init; }

    /// <summary>The decoded name of the room, not checked.</summary>
    public string? Room { get; init; }

    /// <summary>The client's own name for it: 1 to 200 bytes.</summary>
    public string? Id { get; init; }

    /// <summary>What the message is the latest of: 1 to 200 bytes.</summary>
    public string? Key { get; init; }

    /// <summary>What the payload is.</summary>
    public RoomMessageKind Kind { get; init; }

    /// <summary>The data, as a room takes it; null if there is none.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>The sequence that the client has heard last.</summary>
    public long? Since { get; init; }

    /// <summary>The epoch that <see cref="Since"/> counts in.</summary>
    public Guid? Epoch { get; init; }

    /// <summary>How many messages of the past to send first.</summary>
    public int? Last { get; init; }

    /// <summary>Whether the client wants its own messages back.</summary>
    public bool? WantsEcho { get; init; }

    /// <summary>Messages behind this sequence.</summary>
    public long? After { get; init; }

    /// <summary>Messages before this sequence.</summary>
    public long? Before { get; init; }

    /// <summary>How many at most.</summary>
    public int? Limit { get; init; }

    /// <summary>A token.</summary>
    public string? Token { get; init; }

    /// <summary>Reads a frame. Unknown fields are passed over; known ones must be there once and of their type.</summary>
    /// <param name="utf8">The whole text of it.</param>
    /// <param name="frame">The frame; when the answer is false, what was read of it, for its id.</param>
    /// <param name="problem">When the answer is false: what is wrong. Never repeats the input.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ClientFrame frame, [NotNullWhen(false)] out Refusal? problem)
    {
        var reader = new ClientFrameReader(utf8);
        var isGood = reader.TryRead(out problem);
        frame = reader.Frame;
        return isGood;
    }

    /// <summary>Reads a JSON value by itself, as the field <c>data</c> has it: a string is text, <c>{"base64": "…"}</c> bytes.</summary>
    /// <param name="utf8">The value.</param>
    /// <param name="frame">A frame with <see cref="Kind"/> and <see cref="Payload"/>, when the answer is true.</param>
    /// <param name="problem">When the answer is false: what is wrong. Never repeats the input.</param>
    public static bool TryParseData(ReadOnlySpan<byte> utf8, out ClientFrame frame, [NotNullWhen(false)] out Refusal? problem)
    {
        problem = ClientData.ReadAlone(utf8, out var kind, out var payload);
        frame = new ClientFrame { Kind = kind, Payload = payload };
        return problem is null;
    }
}
