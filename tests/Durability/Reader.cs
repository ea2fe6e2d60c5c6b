using System.Text.Json;

namespace Switchboard.Durability;

/// <summary>Reads a room from its first message on, and comes back with the position that it has. Anything but the next sequence is a fault.</summary>
internal sealed class Reader(Uri server, string name, string room) : Line(server, name)
{
    private readonly List<string> _ids = [];
    private long _until = long.MaxValue;
    private string? _epoch;

    /// <summary>The ids of what it has heard, in order.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>How often it came back.</summary>
    public int Resumes { get; private set; }

    /// <summary>Be done with this sequence.</summary>
    public void ReadUntil(long sequence) => Volatile.Write(ref _until, sequence);

    protected override bool IsDone => _ids.Count >= Volatile.Read(ref _until);

    protected override IEnumerable<string> Begin()
    {
        Resumes += _epoch is null ? 0 : 1;
        var position = _epoch is null ? "" : $""","epoch":"{_epoch}" """;
        return [$$"""{"type":"join","room":"{{room}}","since":{{_ids.Count}}{{position}}}"""];
    }

    protected override IEnumerable<string> Hear(JsonElement frame)
    {
        switch (frame.GetProperty("type").GetString())
        {
            case "joined":
                _epoch = frame.GetProperty("epoch").GetString();
                break;
            case "message":
                Assert.Equal(_ids.Count + 1, frame.GetProperty("seq").GetInt64());
                _ids.Add(frame.GetProperty("id").GetString()!);
                break;
            case "reset" or "error":
                Assert.Fail($"A reader has lost its place: {frame}");
                break;
        }

        return [];
    }
}
