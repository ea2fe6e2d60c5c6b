using System.Buffers;
using System.Globalization;
using System.Text;
using Switchboard.Rooms;
using Switchboard.Rooms.Wire;

namespace Switchboard.Server.Endpoints.Events;

/// <summary>What rooms say, as <c>text/event-stream</c> (HTML Standard §9.2.5): the frame of the JSON format is the data.</summary>
internal static class EventText
{
    /// <summary>Nothing, for networks that end what is silent.</summary>
    internal static ReadOnlyMemory<byte> Heartbeat { get; } = ":\n\n"u8.ToArray();

    /// <summary>An event. Its id, if it has one, is where a reconnection goes on: behind that sequence.</summary>
    internal static ReadOnlyMemory<byte> Of(RoomEvent happening, long? id)
    {
        var text = new ArrayBufferWriter<byte>();
        Write(text, happening, id);
        return text.WrittenMemory;
    }

    /// <summary>Messages, in one piece.</summary>
    internal static ReadOnlyMemory<byte> Of(IReadOnlyList<RoomMessage> messages)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
        {
            Write(text, message, message.Sequence);
        }

        return text.WrittenMemory;
    }

    private static void Write(ArrayBufferWriter<byte> text, RoomEvent happening, long? id)
    {
        if (NameOf(happening) is { } name)
        {
            Encoding.UTF8.GetBytes($"event: {name}\n", text);
        }

        if (id is { } sequence)
        {
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {sequence}\n"), text);
        }

        var frame = new ArrayBufferWriter<byte>();
        ServerFrame.WriteEvent(frame, happening);
        WriteData(text, frame.WrittenSpan);
        text.Write("\n"u8);
    }

    // JSON of a publisher's own may have line breaks between its tokens, where they mean nothing. Each of the three kinds ends a line here.
    private static void WriteData(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> data)
    {
        while (true)
        {
            var end = data.IndexOfAny((byte)'\r', (byte)'\n');
            text.Write("data: "u8);
            text.Write(end < 0 ? data : data[..end]);
            text.Write("\n"u8);
            if (end < 0)
            {
                return;
            }

            data = data[(end + 1)..];
        }
    }

    /// <returns>Null for messages, which have none: they are what <c>onmessage</c> gets.</returns>
    private static string? NameOf(RoomEvent happening) => happening switch
    {
        RoomMessage => null,
        RoomJoined => "joined",
        RoomReset => "reset",
        PresenceChange => "presence",
        _ => "signal",
    };
}
