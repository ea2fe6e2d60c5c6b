using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Switchboard.Server.Endpoints;

/// <summary>Reads what a URL says behind its question mark. What is there must be there once and be good: nothing is guessed.</summary>
internal static class QueryParameters
{
    private const int MaxNameBytes = 200;

    /// <summary>A whole number, 0 or more.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="meaning">What it is, for the sentence.</param>
    /// <param name="count">The number; null if it is not there.</param>
    /// <param name="problem">When the answer is false: what is wrong.</param>
    internal static bool TryReadCount(
        this IQueryCollection query, string name, string meaning, out long? count, [NotNullWhen(false)] out string? problem)
    {
        count = null;
        if (!query.TryReadOne(name, out var text, out problem) || text is null)
        {
            return problem is null;
        }

        if (!TryParseCount(text, out var number))
        {
            problem = $"The parameter '{name}' is {meaning}: 0 or more.";
            return false;
        }

        count = number;
        return true;
    }

    /// <summary>Text of 1 to 200 bytes; null if it is not there.</summary>
    internal static bool TryReadShort(this IQueryCollection query, string name, out string? text, [NotNullWhen(false)] out string? problem)
    {
        if (query.TryReadOne(name, out text, out problem) && (text is null || IsShort(text)))
        {
            return true;
        }

        problem ??= $"The parameter '{name}' has 1 to {MaxNameBytes} bytes.";
        return false;
    }

    /// <summary>Text as it is; null if it is not there.</summary>
    internal static bool TryReadOne(this IQueryCollection query, string name, out string? text, [NotNullWhen(false)] out string? problem)
    {
        var values = query.TryGetValue(name, out var found) ? found : StringValues.Empty;
        text = values.Count == 0 ? null : values[0] ?? "";
        problem = values.Count > 1 ? $"The parameter '{name}' is there more than once." : null;
        return problem is null;
    }

    /// <summary>Digits, and nothing but digits: the parser would pass over zero bytes behind them.</summary>
    internal static bool TryParseCount(string text, out long count)
    {
        count = 0;
        return text.All(char.IsAsciiDigit) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }

    internal static bool IsShort(string text) => text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxNameBytes;
}
