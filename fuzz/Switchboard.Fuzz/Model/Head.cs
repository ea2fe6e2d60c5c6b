using System.Text;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Fuzz.Model;

/// <summary>Heads as bytes, written without the code under test, and heads as text that can be compared.</summary>
internal static class Head
{
    private static readonly HeadLimits[] Limits =
    [
        HeadLimits.Default, new(400, 400, 20), new(1024, 100, 100), new(16 * 1024, 8 * 1024, 4),
    ];

    internal static HeadLimits LimitsOf(byte choice) => Limits[choice % Limits.Length];

    /// <summary>The head that has this first line and these headers, without anything that may be there or not.</summary>
    internal static byte[] Write(string firstLine, HeaderList headers) =>
        Encoding.Latin1.GetBytes($"{firstLine}\r\n{Lines(headers)}\r\n");

    /// <summary>The head as text: two heads are the same if this is.</summary>
    internal static string? Show(RequestHead? head) =>
        head is null ? null : $"{head.Method} {head.Target} HTTP/1.{head.MinorVersion}\r\n{Lines(head.Headers)}";

    /// <inheritdoc cref="Show(RequestHead)"/>
    internal static string? Show(ResponseHead? head) => head is null ? null : $"{head.Status:000} {head.Reason}\r\n{Lines(head.Headers)}";

    /// <summary>Whether this may be shown and logged: one line, and no control but the tab.</summary>
    internal static bool IsPrintable(string text) => !text.Any(character => character is (< ' ' and not '\t') or '\x7F');

    private static string Lines(HeaderList headers) =>
        string.Concat(headers.Fields.Select(field => $"{field.Key}: {field.Value}\r\n"));
}
