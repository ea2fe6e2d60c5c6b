using System.Text;
using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.Tests.Wire;

/// <summary>What a client's frame may be, docs/rooms-protocol.md; and the confusion of types that CVE-2022-2421 and CVE-2023-32695 were.</summary>
public sealed class ClientFrameTests
{
    [Fact]
    public void A_frame_has_all_its_fields()
    {
        var epoch = Guid.NewGuid();
        var frame = Read(
            $$"""
            { "type": "join", "room": "löbby", "id": "i", "key": "k", "data": "text", "since": 41, "epoch": "{{epoch}}", "last": 50, "echo": false,
              "after": 1, "before": 2, "limit": 3, "token": "t", "unknown": [1, {"type": 5}] }
            """);

        Assert.Equal(ClientFrameType.Join, frame.Type);
        Assert.Equal(("löbby", "i", "k", "t"), (frame.Room, frame.Id, frame.Key, frame.Token));
        Assert.Equal((41L, epoch, 50, false), (frame.Since!.Value, frame.Epoch!.Value, frame.Last!.Value, frame.WantsEcho!.Value));
        Assert.Equal((1L, 2L, 3), (frame.After!.Value, frame.Before!.Value, frame.Limit!.Value));
        Assert.Equal(RoomMessageKind.Text, frame.Kind);
        Assert.Equal("text"u8, frame.Payload.AsSpan());
    }

    [Theory]
    [InlineData("publish", ClientFrameType.Publish)]
    [InlineData("join", ClientFrameType.Join)]
    [InlineData("leave", ClientFrameType.Leave)]
    [InlineData("signal", ClientFrameType.Signal)]
    [InlineData("history", ClientFrameType.History)]
    [InlineData("members", ClientFrameType.Members)]
    [InlineData("auth", ClientFrameType.Auth)]
    public void Each_type_is_known(string type, ClientFrameType expected) => Assert.Equal(expected, Read($$"""{"type":"{{type}}"}""").Type);

    [Theory]
    [InlineData("\"\"", RoomMessageKind.Text, "")]
    [InlineData("\"a\\u0062\\n\\ud83d\\udc4b\"", RoomMessageKind.Text, "ab\n👋")]
    [InlineData("null", RoomMessageKind.Json, "null")]
    [InlineData("true", RoomMessageKind.Json, "true")]
    [InlineData("-1.50e+2", RoomMessageKind.Json, "-1.50e+2")]
    [InlineData("1e999999", RoomMessageKind.Json, "1e999999")]
    [InlineData("123456789012345678901234567890", RoomMessageKind.Json, "123456789012345678901234567890")]
    [InlineData("{}", RoomMessageKind.Json, "{}")]
    [InlineData("[]", RoomMessageKind.Json, "[]")]
    [InlineData("[ 1, {\"a\" :2} ]", RoomMessageKind.Json, "[ 1, {\"a\" :2} ]")]
    [InlineData("{\"__proto__\":{\"isAdmin\":true}}", RoomMessageKind.Json, "{\"__proto__\":{\"isAdmin\":true}}")]
    [InlineData("{\"type\":\"leave\"}", RoomMessageKind.Json, "{\"type\":\"leave\"}")]
    [InlineData("{\"base64\":\"aGk=\"}", RoomMessageKind.Binary, "hi")]
    [InlineData("{\"base64\":\"\"}", RoomMessageKind.Binary, "")]
    [InlineData("{ \"\\u0062ase64\" : \"aGk\\u003d\" }", RoomMessageKind.Binary, "hi")]
    [InlineData("{\"base64\":\"aGk=\",\"more\":1}", RoomMessageKind.Json, "{\"base64\":\"aGk=\",\"more\":1}")]
    [InlineData("{\"Base64\":\"aGk=\"}", RoomMessageKind.Json, "{\"Base64\":\"aGk=\"}")]
    public void Data_is_text_or_json_or_binary(string data, RoomMessageKind kind, string payload)
    {
        var frame = Read($$"""{"type":"publish","data":{{data}},"id":"behind"}""");

        Assert.Equal(kind, frame.Kind);
        Assert.Equal(payload, Encoding.UTF8.GetString(frame.Payload!));
        Assert.Equal("behind", frame.Id);
    }

    [Theory]
    [InlineData("{\"base64\":5}")]
    [InlineData("{\"base64\":null}")]
    [InlineData("{\"base64\":{}}")]
    [InlineData("{\"base64\":\"a\"}")]
    [InlineData("{\"base64\":\"aGk\"}")]
    [InlineData("{\"base64\":\"_-8=\"}")]
    [InlineData("{\"base64\":\"aG*=\"}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    public void Data_that_is_broken_is_malformed(string data) => Assert.Equal("malformed", Refuse($$"""{"type":"publish","data":{{data}}}""").Code);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"publish\"")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"publish\"")]
    [InlineData("{\"type\":\"publish\",}")]
    [InlineData("{\"type\":\"publish\"} {}")]
    [InlineData("{\"type\":\"publish\"}x")]
    [InlineData("{\"type\":\"publish\"}//")]
    [InlineData("/**/{\"type\":\"publish\"}")]
    [InlineData("\uFEFF{\"type\":\"publish\"}")]
    [InlineData("{'type':'publish'}")]
    [InlineData("{type:\"publish\"}")]
    [InlineData("{\"type\":\"publish\",\"data\":NaN}")]
    [InlineData("{\"type\":\"publish\",\"data\":Infinity}")]
    [InlineData("{\"type\":\"publish\",\"data\":01}")]
    [InlineData("{\"type\":\"publish\",\"data\":\"\u0001\"}")]
    [InlineData("{\"type\":\"publish\",\"data\":}")]
    public void What_is_no_object_of_json_is_malformed(string text) => Assert.Equal("malformed", Refuse(text).Code);

    [Theory]
    [InlineData("\"type\":5")]
    [InlineData("\"type\":null")]
    [InlineData("\"type\":[\"publish\"]")]
    [InlineData("\"type\":{\"toString\":\"publish\"}")]
    [InlineData("\"type\":\"join\",\"room\":null")]
    [InlineData("\"type\":\"join\",\"room\":{\"length\":5}")]
    [InlineData("\"type\":\"join\",\"room\":[\"lobby\"]")]
    [InlineData("\"type\":\"join\",\"room\":\"\\ud800\"")]
    [InlineData("\"type\":\"join\",\"id\":\"\"")]
    [InlineData("\"type\":\"join\",\"key\":1")]
    [InlineData("\"type\":\"join\",\"since\":-1")]
    [InlineData("\"type\":\"join\",\"since\":1.5")]
    [InlineData("\"type\":\"join\",\"since\":\"5\"")]
    [InlineData("\"type\":\"join\",\"since\":99999999999999999999")]
    [InlineData("\"type\":\"join\",\"last\":true")]
    [InlineData("\"type\":\"join\",\"epoch\":\"yesterday\"")]
    [InlineData("\"type\":\"join\",\"epoch\":5")]
    [InlineData("\"type\":\"join\",\"echo\":0")]
    [InlineData("\"type\":\"join\",\"echo\":\"false\"")]
    [InlineData("\"type\":\"history\",\"limit\":[]")]
    [InlineData("\"type\":\"history\",\"before\":{}")]
    [InlineData("\"type\":\"auth\",\"token\":\"\"")]
    [InlineData("\"type\":\"auth\",\"token\":{}")]
    public void A_field_of_the_wrong_type_is_malformed_and_the_id_behind_it_is_read(string fields)
    {
        var id = fields.Contains("\"id\"", StringComparison.Ordinal) ? null : "behind";
        var problem = Refuse($$"""{{{fields}}{{(id is null ? "" : ",\"id\":\"behind\"")}}}""", out var frame);

        Assert.Equal("malformed", problem.Code);
        Assert.Equal(fields.Contains("ud800", StringComparison.Ordinal) ? null : id, frame.Id);
    }

    [Theory]
    [InlineData("type", "\"join\"")]
    [InlineData("room", "\"r\"")]
    [InlineData("data", "{\"x\":[]}")]
    [InlineData("since", "5")]
    [InlineData("echo", "true")]
    public void A_known_field_that_is_there_twice_is_malformed(string field, string value)
    {
        var head = field == "type" ? "" : "\"type\":\"join\",";
        var escaped = $"\\u{(int)field[0]:x4}{field[1..]}"; // The same name to whoever reads JSON.
        var problem = Refuse($$"""{{{head}}"{{field}}":{{value}},"{{escaped}}":{{value}},"id":"behind"}""", out var frame);

        Assert.Equal("malformed", problem.Code);
        Assert.Contains($"'{field}'", problem.Message, StringComparison.Ordinal);
        Assert.Equal("behind", frame.Id);
    }

    [Fact]
    public void Names_of_fields_may_be_escaped() => Assert.Equal(ClientFrameType.Leave, Read("""{"\u0074ype":"\u006ceave"}""").Type);

    [Theory]
    [InlineData("connect")]
    [InlineData("message")]
    [InlineData("error")]
    [InlineData("PUBLISH")]
    [InlineData("__proto__")]
    [InlineData("")]
    public void A_type_that_there_is_not_is_said_to_be_unknown_and_the_id_is_read(string type)
    {
        var problem = Refuse($$"""{"type":"{{type}}","data":[1,[2]],"id":"behind"}""", out var frame);

        Assert.Equal("unknown-type", problem.Code);
        Assert.Equal("behind", frame.Id);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(100_000, false)]
    public void Data_is_nested_at_most_32_deep(int depth, bool isGood)
    {
        var data = new string('[', depth) + new string(']', depth);

        Assert.Equal(isGood, ClientFrame.TryParse(Encoding.UTF8.GetBytes($$"""{"type":"publish","data":{{data}}}"""), out _, out _));
        Assert.Equal(isGood, ClientFrame.TryParse(Encoding.UTF8.GetBytes($$"""{"type":"publish","unknown":{{data}}}"""), out _, out _));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void An_id_has_at_most_200_bytes_of_utf8(int bytes, bool isGood)
    {
        var id = new string('é', bytes / 2) + new string('a', bytes % 2);

        Assert.Equal(isGood, ClientFrame.TryParse(Encoding.UTF8.GetBytes($$"""{"type":"publish","id":"{{id}}"}"""), out _, out _));
        Assert.Equal(isGood, ClientFrame.TryParse(Encoding.UTF8.GetBytes($$"""{"type":"publish","key":"{{id}}"}"""), out _, out _));
    }

    [Fact]
    public void A_string_of_64_KiB_is_read_whole_also_if_each_character_is_escaped()
    {
        var frame = Read($$"""{"type":"publish","data":"{{string.Concat(Enumerable.Repeat("\\u0416", 32 * 1024))}}"}""");

        Assert.Equal(new string('Ж', 32 * 1024), Encoding.UTF8.GetString(frame.Payload!));
    }

    [Theory]
    [InlineData("last", "9223372036854775807", int.MaxValue)]
    [InlineData("limit", "9223372036854775807", int.MaxValue)]
    public void A_count_beyond_what_there_can_be_is_as_much_as_there_can_be(string field, string value, int expected)
    {
        var frame = Read($$"""{"type":"history","{{field}}":{{value}}}""");

        Assert.Equal(expected, field == "last" ? frame.Last : frame.Limit);
    }

    private static ClientFrame Read(string text)
    {
        Assert.True(ClientFrame.TryParse(Encoding.UTF8.GetBytes(text), out var frame, out var problem), problem?.Message);
        return frame;
    }

    private static Refusal Refuse(string text) => Refuse(text, out _);

    private static Refusal Refuse(string text, out ClientFrame frame)
    {
        Assert.False(ClientFrame.TryParse(Encoding.UTF8.GetBytes(text), out frame, out var problem));
        return problem!;
    }
}
