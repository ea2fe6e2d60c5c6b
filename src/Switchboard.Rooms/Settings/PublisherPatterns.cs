namespace Switchboard.Rooms;

/// <summary>Patterns of publishers, read once: they are asked at each message.</summary>
internal sealed class PublisherPatterns
{
    private readonly RoomNameGlob[] _globs;

    public PublisherPatterns(IReadOnlyList<string> texts)
    {
        Texts = texts;
        List<RoomNameGlob> globs = [];
        foreach (var text in texts)
        {
            if (RoomNameGlob.TryCreate(text, out var glob, out var problem))
            {
                globs.Add(glob);
            }
            else
            {
                Problem ??= problem;
            }
        }

        _globs = [.. globs];
    }

    public IReadOnlyList<string> Texts { get; }

    /// <summary>What is wrong with one of them; null if they are good. Such a one matches nobody.</summary>
    public string? Problem { get; }

    public bool Match(string publisher)
    {
        foreach (var glob in _globs)
        {
            if (glob.Matches(publisher))
            {
                return true;
            }
        }

        return false;
    }
}
