using System.Buffers;
using System.Text;
using System.Text.Json;
using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.Tests.Wire;

/// <summary>What a server's frames are to the byte, docs/rooms-protocol.md.</summary>
public sealed class ServerFrameTests
{
    private static readonly Guid SomeEpoch = Guid.Parse("01234567-89ab-cdef-0123-456789abcdef");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 14, 0, 0, TimeSpan.FromHours(2));

    [Fact]
    public void Each_frame_is_as_it_is_specified()
    {
        var page = new HistoryPage(SomeEpoch, 3, 9, [Message("hi", RoomMessageKind.Text)], HasMore: true);
        var members = new PresencePage(3, [new PresentMember(new MemberId(SomeEpoch, 1), "ada", Noon)]);

        Assert.Equal(
            """{"type":"message","room":"lobby","seq":58,"from":"ada","at":"2026-01-01T12:00:00.000Z","id":"m1","key":"k","data":"hi"}""",
            Event(Message("hi", RoomMessageKind.Text, "ada", "m1", "k")));
        Assert.Equal("""{"type":"message","room":"lobby","seq":58,"at":"2026-01-01T12:00:00.000Z","data":"hi"}""", Event(Message("hi", RoomMessageKind.Text)));
        Assert.Equal(
            """{"type":"signal","room":"lobby","from":"bob","data":{"x": 1}}""",
            Event(new RoomSignal { Room = Lobby, Sender = "bob", Kind = RoomMessageKind.Json, Payload = """{"x": 1}"""u8.ToArray() }));
        Assert.Equal(
            """{"type":"presence","room":"lobby","joined":"bob","members":4}""",
            Event(new PresenceChange { Room = Lobby, Name = "bob", HasJoined = true, Members = 4 }));
        Assert.Equal(
            """{"type":"presence","room":"lobby","left":"bob","members":3}""",
            Event(new PresenceChange { Room = Lobby, Name = "bob", HasJoined = false, Members = 3 }));
        Assert.Equal(
            """{"type":"joined","room":"lobby","epoch":"01234567-89ab-cdef-0123-456789abcdef","seq":57,"members":3,"durable":true,"name":"ada"}""",
            Event(new RoomJoined { Room = Lobby, Epoch = SomeEpoch, Sequence = 57, Members = 3, IsDurable = true, Name = "ada" }));
        Assert.Equal(
            """{"type":"reset","room":"lobby","epoch":"01234567-89ab-cdef-0123-456789abcdef","first":40,"seq":57}""",
            Event(new RoomReset { Room = Lobby, Epoch = SomeEpoch, First = 40, Sequence = 57 }));
        Assert.Equal("""{"type":"ack","id":"m1","room":"lobby","seq":58}""", Written(output => ServerFrame.WriteAck(output, Lobby, "m1", 58)));
        Assert.Equal(
            """{"type":"error","id":"m1","room":"lobby","code":"busy","message":"Wait.","retryAfter":0.4}""",
            Written(output => ServerFrame.WriteError(output, new Refusal("busy", "Wait.", TimeSpan.FromMilliseconds(400)), "m1", "lobby")));
        Assert.Equal(
            """{"type":"error","code":"refused","message":"No."}""", Written(output => ServerFrame.WriteError(output, Refusal.Because("No."), null, null)));
        Assert.Equal("""{"type":"left","room":"lobby"}""", Written(output => ServerFrame.WriteLeft(output, Lobby, null)));
        Assert.Equal(
            """{"type":"history","id":"h1","room":"lobby","messages":[{"seq":58,"at":"2026-01-01T12:00:00.000Z","data":"hi"}],"more":true}""",
            Written(output => ServerFrame.WriteHistory(output, Lobby, page, "h1")));
        Assert.Equal(
            """{"room":"lobby","epoch":"01234567-89ab-cdef-0123-456789abcdef","first":3,"seq":9,"messages":[{"seq":58,"at":"2026-01-01T12:00:00.000Z","data":"hi"}],"more":true}""",
            Written(output => ServerFrame.WriteHistoryBody(output, Lobby, page)));
        Assert.Equal(
            """{"type":"members","id":"x","room":"lobby","members":[{"name":"ada","joined":"2026-01-01T12:00:00.000Z"}],"count":3}""",
            Written(output => ServerFrame.WriteMembers(output, Lobby, members, "x")));
        Assert.Equal(
            """{"type":"authenticated","user":"ada","expires":"2026-01-01T12:00:00.000Z"}""",
            Written(output => ServerFrame.WriteAuthenticated(output, "ada", Noon, null)));
        Assert.Equal("""{"type":"authenticated","id":"x","user":"ada"}""", Written(output => ServerFrame.WriteAuthenticated(output, "ada", null, "x")));
    }

    [Fact]
    public void Binary_is_base64() =>
        Assert.EndsWith("\"data\":{\"base64\":\"/w==\"}}", Event(Message([0xFF], RoomMessageKind.Binary)), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"\\/\b\f\n\r\t\0\u001f")]
    [InlineData("\u007f\u0080\u009f\u2028\u2029\uFEFF\uFFFD\uFFFF")]
    [InlineData("<script>&'\"")]
    [InlineData("grüße 👋🏽 日本語")]
    [InlineData("\"},{\"type\":\"error\"")]
    public void Any_text_comes_back_as_it_was_wherever_it_stands(string text)
    {
        using var frame = JsonDocument.Parse(Event(Message(text, RoomMessageKind.Text, text, text, text)));

        Assert.Equal(text, frame.RootElement.GetProperty("data").GetString());
        Assert.Equal(text, frame.RootElement.GetProperty("from").GetString());
        Assert.Equal(text, frame.RootElement.GetProperty("id").GetString());
        Assert.Equal(text, frame.RootElement.GetProperty("key").GetString());
        Assert.Equal(8, frame.RootElement.EnumerateObject().Count());
    }

    [Fact]
    public void Half_of_a_surrogate_pair_in_an_id_harms_nobody()
    {
        // No door lets one in, but an application's own code may publish what it likes: every member would lose the message.
        using var frame = JsonDocument.Parse(Event(Message("hi", RoomMessageKind.Text, id: "a\ud800")));

        Assert.Equal("a\ufffd", frame.RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public void A_frame_that_cannot_be_written_does_not_spoil_the_next_one()
    {
        Assert.Throws<ArgumentException>(() => Event(new Strange { Room = Lobby }));
        Assert.Equal("""{"type":"left","room":"lobby"}""", Written(output => ServerFrame.WriteLeft(output, Lobby, null)));
    }

    private static RoomName Lobby { get; } = Say.Name("lobby");

    private static RoomMessage Message(string text, RoomMessageKind kind, string? sender = null, string? id = null, string? key = null) =>
        Message(Encoding.UTF8.GetBytes(text), kind, sender, id, key);

    private static RoomMessage Message(byte[] payload, RoomMessageKind kind, string? sender = null, string? id = null, string? key = null) => new()
    {
        Room = Lobby,
        Epoch = SomeEpoch,
        Sequence = 58,
        Sender = sender,
        At = Noon,
        Id = id,
        Key = key,
        Kind = kind,
        Payload = payload,
    };

    private static string Event(RoomEvent happening) => Written(output => ServerFrame.WriteEvent(output, happening));

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed class Strange : RoomEvent;
}
