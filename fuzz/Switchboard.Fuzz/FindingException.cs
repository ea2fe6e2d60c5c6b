using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Fuzz;

/// <summary>A property that does not hold, in a sentence.</summary>
internal sealed class FindingException(string sentence) : Exception(sentence)
{
    internal static void Unless([DoesNotReturnIf(false)] bool holds, string sentence)
    {
        if (!holds)
        {
            throw new FindingException(sentence);
        }
    }

    internal static void UnlessSameBytes(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string sentence)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new FindingException($"{sentence} Expected {Show(expected)}, and it was {Show(actual)}.");
        }
    }

    internal static void UnlessSame<T>(T expected, T actual, string sentence)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new FindingException($"{sentence} Expected {expected}, and it was {actual}.");
        }
    }

    private static string Show(ReadOnlySpan<byte> bytes) =>
        $"{bytes.Length} bytes, {Convert.ToHexString(bytes[..Math.Min(bytes.Length, 64)])}{(bytes.Length > 64 ? "…" : "")}";
}
