using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms;

/// <summary>
/// A pattern of room names: <c>*</c> stands for any characters, also for none, and every other character for itself, case included. It is matched
/// against the decoded name. Only a valid one exists: 1 to 200 bytes of UTF-8 without control characters.
/// </summary>
/// <remarks>A star in a name itself (<c>%2A</c> in a URL) cannot be asked for: the pattern's star is any character.</remarks>
public sealed class RoomNameGlob
{
    private const char Star = '*';

    private readonly string _pattern;
    private readonly string[] _pieces;

    private RoomNameGlob(string pattern)
    {
        _pattern = pattern;
        _pieces = pattern.Split(Star);
    }

    /// <summary>Matches every name.</summary>
    public static RoomNameGlob Any { get; } = new("*");

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">Such as <c>lobby</c>, <c>game-*</c> or <c>*</c>.</param>
    /// <param name="glob">The pattern, when the answer is true.</param>
    /// <param name="problem">When the answer is false: what is wrong and what is allowed. Never repeats the input.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pattern"/> is null.</exception>
    public static bool TryCreate(string pattern, [NotNullWhen(true)] out RoomNameGlob? glob, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var flaw = NameRule.FindProblem(pattern);
        glob = flaw is null ? new RoomNameGlob(pattern) : null;
        problem = flaw is null ? null : flaw + " A pattern of room names is 1 to 200 bytes of UTF-8 without control characters.";
        return glob is not null;
    }

    /// <summary>Whether the pattern stands for <paramref name="room"/>. Takes no memory, and never looks back over a star.</summary>
    /// <param name="room">The room.</param>
    /// <exception cref="ArgumentNullException"><paramref name="room"/> is null.</exception>
    public bool Matches(RoomName room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return Matches(room.ToString());
    }

    /// <summary>The pattern.</summary>
    public override string ToString() => _pattern;

    internal bool Matches(ReadOnlySpan<char> name)
    {
        var first = _pieces[0];
        if (_pieces.Length == 1)
        {
            return name.SequenceEqual(first);
        }

        // The outer pieces hold the ends, and must not overlap.
        var last = _pieces[^1];
        if (name.Length < first.Length + last.Length || !name.StartsWith(first) || !name.EndsWith(last))
        {
            return false;
        }

        // Each inner piece takes the first place that it finds: if a later one would do, so does this, for more is left behind it.
        var rest = name[first.Length..^last.Length];
        foreach (var piece in _pieces.AsSpan(1..^1))
        {
            var place = rest.IndexOf(piece);
            if (place < 0)
            {
                return false;
            }

            rest = rest[(place + piece.Length)..];
        }

        return true;
    }
}
