using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms;

/// <summary>The rule of display names, of members and of publishers: 1 to 200 bytes of UTF-8, no control characters.</summary>
public static class DisplayName
{
    /// <summary>Whether <paramref name="name"/> may be shown in a room.</summary>
    /// <param name="name">The name, decoded.</param>
    /// <param name="problem">When the answer is false: what is wrong and what is allowed. Never repeats the input.</param>
    public static bool IsValid(ReadOnlySpan<char> name, [NotNullWhen(false)] out string? problem)
    {
        var flaw = NameRule.FindProblem(name);
        problem = flaw is null ? null : flaw + " A display name is 1 to 200 bytes of UTF-8 without control characters.";
        return problem is null;
    }

    internal static void ThrowIfInvalid(string name, string parameter)
    {
        if (!IsValid(name, out var problem))
        {
            throw new ArgumentException(problem, parameter);
        }
    }
}
