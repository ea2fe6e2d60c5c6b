using System.Text.Json;

namespace Switchboard.Durability;

/// <summary>
/// Publishes messages one to whatever, several at a time, and writes down each acknowledgement. What was not acknowledged when the line broke it publishes
/// again, with the same id, for it cannot know.
/// </summary>
internal sealed class Publisher(Uri server, string name, string room) : Line(server, name)
{
    private const int Window = 16;

    private readonly Dictionary<string, long> _acknowledged = [];
    private readonly SortedSet<int> _unacknowledged = [];
    private int _last;
    private volatile bool _mayEnd;

    /// <summary>What was acknowledged, and with which sequence.</summary>
    public IReadOnlyDictionary<string, long> Acknowledged => _acknowledged;

    /// <summary>How often it has published again what might have been stored.</summary>
    public int Repeats { get; private set; }

    /// <summary>Publish nothing new; be done when all is acknowledged.</summary>
    public void Finish() => _mayEnd = true;

    protected override bool IsDone => _mayEnd && _unacknowledged.Count == 0;

    protected override IEnumerable<string> Begin()
    {
        Repeats += _unacknowledged.Count;
        return [$$"""{"type":"join","room":"{{room}}","echo":false}""", .. _unacknowledged.Select(Publish)];
    }

    protected override IEnumerable<string> Hear(JsonElement frame)
    {
        switch (frame.GetProperty("type").GetString())
        {
            case "ack":
                var id = frame.GetProperty("id").GetString()!;
                var sequence = frame.GetProperty("seq").GetInt64();
                Assert.True(_acknowledged.TryAdd(id, sequence) || _acknowledged[id] == sequence, $"{id} was acknowledged as {_acknowledged[id]} and as {sequence}");
                _unacknowledged.Remove(int.Parse(id[(id.LastIndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
                break;
            case "error":
                Assert.Fail($"A publisher was refused: {frame}");
                break;
        }

        List<string> next = [];
        while (!_mayEnd && _unacknowledged.Count < Window)
        {
            _unacknowledged.Add(++_last);
            next.Add(Publish(_last));
        }

        return next;
    }

    private string Publish(int number) => $$"""{"type":"publish","room":"{{room}}","id":"{{Name}}-{{number}}","data":[{{number}}]}""";
}
