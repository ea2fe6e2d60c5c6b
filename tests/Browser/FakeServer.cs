using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Switchboard.Browser;

/// <summary>A server that says what the test wants: rooms that are entered at once, and beyond that what <paramref name="answer"/> gives.</summary>
/// <param name="answer">Frames in answer to one of the page, or null for the usual ones.</param>
internal sealed partial class FakeServer(Func<JsonElement, string[]?> answer)
{
    /// <summary>What the page has sent, frame by frame.</summary>
    public List<JsonElement> Heard { get; } = [];

    public IWebSocketRoute? Line { get; private set; }

    public static async Task<FakeServer> ForAsync(Visitor visitor, Func<JsonElement, string[]?> answer)
    {
        var server = new FakeServer(answer);
        await visitor.Page.RouteWebSocketAsync(Rooms(), server.Take);
        return server;
    }

    public void Say(string frame) => Line!.Send(frame);

    public IEnumerable<JsonElement> OfType(string type) => Heard.ToArray().Where(frame => frame.GetProperty("type").GetString() == type);

    public static string Joined(string room, long seq = 0, string epoch = "e1") =>
        $$"""{"type":"joined","room":"{{room}}","epoch":"{{epoch}}","seq":{{seq}},"members":1,"durable":true,"name":"ada"}""";

    public static string Message(string room, long seq, string from, string data, string? id = null) =>
        JsonSerializer.Serialize(new { type = "message", room, seq, from, at = "2026-01-01T12:00:00.000Z", id, data });

    private void Take(IWebSocketRoute line)
    {
        Line = line;
        line.OnMessage(message =>
        {
            var frame = JsonElement.Parse(message.Text!);
            Heard.Add(frame);
            foreach (var reply in answer(frame) ?? Usual(frame))
            {
                line.Send(reply);
            }
        });
    }

    private static string[] Usual(JsonElement frame)
    {
        var room = frame.GetProperty("room").GetString()!;
        return frame.GetProperty("type").GetString() switch
        {
            "join" => [Joined(room)],
            "members" => [$$"""{"type":"members","room":"{{room}}","members":[{"name":"ada"}],"count":1}"""],
            _ => [],
        };
    }

    [GeneratedRegex("/rooms")]
    private static partial Regex Rooms();
}
