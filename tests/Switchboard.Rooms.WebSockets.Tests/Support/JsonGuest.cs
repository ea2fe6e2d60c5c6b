using System.Text.Json;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>A client that speaks the JSON format, and hears one frame after the other.</summary>
internal sealed class JsonGuest(WebSocket socket) : Guest(socket)
{
    private int _next;

    public JsonElement Joined { get; set; }

    public string Epoch => Joined.GetProperty("epoch").GetString()!;

    /// <summary>The next frame, whatever it is.</summary>
    public async Task<JsonElement> NextAsync()
    {
        await WaitAsync(_next + 1);
        var heard = this[_next++];
        Assert.Equal(MessageType.Text, heard.Type);
        using var frame = JsonDocument.Parse(heard.Text);
        return frame.RootElement.Clone();
    }

    /// <summary>The next frame, which is of this type.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        var frame = await NextAsync();
        Assert.True(frame.GetProperty("type").GetString() == type, $"Not '{type}': {frame}");
        return frame;
    }

    /// <summary>The next frame, to the letter.</summary>
    public async Task HearsAsync(string frame) => Assert.Equal(frame, (await NextAsync()).GetRawText());

    /// <summary>The next frame, which is an error.</summary>
    public async Task<JsonElement> RefusedAsync(string code, string? id = null)
    {
        var error = await NextAsync("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(id, error.TryGetProperty("id", out var told) ? told.GetString() : null);
        Assert.NotEqual("", error.GetProperty("message").GetString());
        return error;
    }

    /// <summary>So many messages, in the order of their sequences, none missing.</summary>
    public async Task<IReadOnlyList<string?>> MessagesAsync(long from, long to)
    {
        var data = new List<string?>();
        for (var sequence = from; sequence <= to; sequence++)
        {
            var message = await NextAsync("message");
            Assert.Equal(sequence, message.GetProperty("seq").GetInt64());
            data.Add(message.GetProperty("data").ToString());
        }

        return data;
    }

    /// <summary>Whatever the server had to say before is heard when this returns: nothing more than that was said.</summary>
    public async Task HearsNothingMoreAsync()
    {
        Say("""{"type":"members","room":"nowhere","id":"the end"}""");
        await RefusedAsync("not-joined", "the end");
    }
}
