using System.Text;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Handshake;

/// <summary>Reads a server's answer to the opening request (RFC 6455 §4.1, RFC 9112 §4), or a proxy's, from bytes in any split.</summary>
/// <param name="limits">How large the answer's head may be.</param>
/// <param name="isOfProxy">A proxy may speak HTTP/1.0, as many do that answer CONNECT; a server that speaks WebSocket may not.</param>
internal sealed class ResponseReader(HeadLimits limits, bool isOfProxy = false)
{
    private readonly HeadCollector _collector = new(limits);

    /// <param name="input">What came; cut to what follows the answer's head.</param>
    /// <param name="head">The answer, if done.</param>
    /// <param name="problem">A sentence, if invalid.</param>
    internal ReadStatus TryRead(ref ReadOnlySpan<byte> input, out ResponseHead? head, out string? problem)
    {
        head = null;
        problem = null;
        switch (_collector.TryCollect(ref input, out var bytes))
        {
            case ReadStatus.NeedsMore:
                return ReadStatus.NeedsMore;
            case ReadStatus.Invalid:
                _collector.Release();
                problem = $"The {Sender}'s answer is larger than {limits.MaxBytes} bytes.";
                return ReadStatus.Invalid;
        }

        head = Parse(bytes, out var fault);
        _collector.Release();
        if (head is null)
        {
            problem = $"The {Sender}'s answer could not be read: {fault}.";
            return ReadStatus.Invalid;
        }

        return ReadStatus.Done;
    }

    private string Sender => isOfProxy ? "proxy" : "server";

    internal void Release() => _collector.Release();

    private ResponseHead? Parse(ReadOnlySpan<byte> bytes, out string? problem)
    {
        // status-line = HTTP-version SP status-code SP [ reason-phrase ]
        problem = "the status line is not of the form 'HTTP/1.1 101 Switching Protocols'";
        if (!HeaderParser.TryTakeLine(ref bytes, out var line) || line.Length < 12
            || !(line.StartsWith("HTTP/1.1 "u8) || (isOfProxy && line.StartsWith("HTTP/1.0 "u8))))
        {
            return null;
        }

        // RFC 9112 §4: the phrase is visible characters and blanks. It is shown and logged, so nothing else may be in it.
        var digits = line.Slice(9, 3);
        var phrase = line[12..];
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !(phrase.IsEmpty || phrase[0] == ' ') || HeaderParser.HasControl(phrase))
        {
            return null;
        }

        var status = ((digits[0] - '0') * 100) + ((digits[1] - '0') * 10) + (digits[2] - '0');
        var reason = line.Length > 13 ? Encoding.Latin1.GetString(line[13..]) : "";
        return HeaderParser.TryParse(bytes, out var headers, out problem) ? new ResponseHead(status, reason, headers) : null;
    }
}
