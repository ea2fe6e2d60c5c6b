using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Switchboard.Rooms;

/// <summary>
/// The name of a room: 1 to 200 bytes of UTF-8, without '/', <c>%2F</c> and control characters (C0, DEL, C1), and neither <c>.</c>
/// nor <c>..</c>. Only a valid one exists. Names are equal when their decoded characters are: case counts and Unicode is not normalized.
/// </summary>
public sealed record RoomName
{
    private const string Allowed =
        " A room's name is 1 to 200 bytes of UTF-8: in a URL, letters, digits and -_.~ as they are and the rest as %XX; " +
        "no '/', no '%2F', no control character, and not '.' or '..'.";

    private readonly string _name;

    private RoomName(string name) => _name = name;

    /// <summary>The name as a URL segment: letters, digits and <c>-_.~</c> as they are, other bytes as upper-case <c>%XX</c>.</summary>
    public string Encoded => Uri.EscapeDataString(_name);

    /// <summary>
    /// Reads a name from a raw URL segment. Characters other than ASCII letters, digits and <c>-_.~</c> must be percent-encoded; a bare one
    /// is refused rather than guessed at.
    /// </summary>
    /// <param name="encodedSegment">The segment exactly as it stood in the URL.</param>
    /// <param name="name">The name, when the answer is true.</param>
    /// <param name="problem">When the answer is false: what is wrong and what is allowed. Never repeats the input.</param>
    public static bool TryParse(
        ReadOnlySpan<char> encodedSegment,
        [NotNullWhen(true)] out RoomName? name,
        [NotNullWhen(false)] out string? problem)
    {
        const int longest = 3 * NameRule.MaxBytes;
        if (encodedSegment.Length > longest)
        {
            return Refuse(NameRule.TooLong, out name, out problem);
        }

        Span<byte> buffer = stackalloc byte[longest];
        if (PercentEncoding.Decode(encodedSegment, buffer, out var length) is { } flaw)
        {
            return Refuse(flaw, out name, out problem);
        }

        var utf8 = buffer[..length];
        return Utf8.IsValid(utf8)
            ? TryCreate(Encoding.UTF8.GetString(utf8), out name, out problem)
            : Refuse("The percent-encoded bytes are not valid UTF-8.", out name, out problem);
    }

    /// <summary>Makes a name from text that is decoded already, such as a route value of ASP.NET Core.</summary>
    /// <param name="decoded">The decoded name.</param>
    /// <param name="name">The name, when the answer is true.</param>
    /// <param name="problem">When the answer is false: what is wrong and what is allowed. Never repeats the input.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decoded"/> is null.</exception>
    public static bool TryCreate(string decoded, [NotNullWhen(true)] out RoomName? name, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        if (NameRule.FindProblem(decoded) is { } flaw)
        {
            return Refuse(flaw, out name, out problem);
        }

        // Kestrel leaves %2F in a path encoded, so a name with that text could not be told from one with an encoded slash.
        if (decoded.Contains('/', StringComparison.Ordinal) || decoded.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse("The name contains a slash.", out name, out problem);
        }

        if (decoded is "." or "..")
        {
            return Refuse("The name is a relative path.", out name, out problem);
        }

        (name, problem) = (new RoomName(decoded), null);
        return true;
    }

    /// <summary>The decoded name. It may hold any character but controls: escape it in HTML, use <see cref="Encoded"/> in logs.</summary>
    public override string ToString() => _name;

    private static bool Refuse(string flaw, out RoomName? name, out string problem)
    {
        (name, problem) = (null, flaw + Allowed);
        return false;
    }
}
