using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests;

/// <summary>Reads <c>text/event-stream</c> as browsers do (HTML Standard §9.2.6).</summary>
internal sealed class EventStream(HttpResponseMessage answer) : IDisposable
{
    private StreamReader? _lines;

    public HttpResponseMessage Answer => answer;

    /// <summary>How many comments came so far.</summary>
    public int Comments { get; private set; }

    /// <summary>Of the last event that had one: what a reconnection sends.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>Whether it has ended in good order: not cut.</summary>
    public bool IsWhole { get; private set; }

    /// <returns>The next event; null at the end, in good order or not.</returns>
    public async Task<(string Name, JsonElement Data)?> NextAsync()
    {
        Assert.Equal((200, "text/event-stream"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        _lines ??= new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), Encoding.UTF8);
        var (name, data) = ("message", new List<string>());
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0 && data.Count > 0)
            {
                return (name, JsonElement.Parse(string.Join('\n', data)));
            }

            var (field, value) = line.IndexOf(':') is var colon and >= 0 ? (line[..colon], line[(colon + 1)..].TrimStart(' ')) : (line, "");
            switch (field)
            {
                case "" when line.Length > 0:
                    Comments++;
                    break;
                case "event":
                    name = value;
                    break;
                case "id":
                    LastEventId = value;
                    break;
                case "data":
                    data.Add(value);
                    break;
            }
        }

        return null;
    }

    /// <returns>The data of the next event, which has this name.</returns>
    public async Task<JsonElement> HearAsync(string name)
    {
        var happening = await NextAsync();
        Assert.Equal(name, happening?.Name);
        Assert.Equal(name, happening!.Value.Data.GetProperty("type").GetString());
        return happening.Value.Data;
    }

    /// <returns>The sequences of the next messages.</returns>
    public async Task<IReadOnlyList<long>> HearMessagesAsync(int count)
    {
        var sequences = new long[count];
        for (var i = 0; i < count; i++)
        {
            sequences[i] = (await HearAsync("message")).GetProperty("seq").GetInt64();
            Assert.Equal($"{sequences[i]}", LastEventId);
        }

        return sequences;
    }

    public void Dispose()
    {
        _lines?.Dispose();
        answer.Dispose();
    }

    private async Task<string?> LineAsync()
    {
        try
        {
            var line = await _lines!.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Soon();
            IsWhole = line is null;
            return line;
        }
        catch (Exception e) when (e is HttpIOException or IOException)
        {
            return null;
        }
    }
}
