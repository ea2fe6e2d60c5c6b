using System.Text;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Handshake;

/// <summary>Reads a client's opening request (RFC 6455 §4.2.1, RFC 9112 §3) from bytes in any split.</summary>
internal sealed class RequestReader(HeadLimits limits)
{
    private readonly HeadCollector _collector = new(limits);

    /// <param name="input">What came; cut to what follows the request.</param>
    /// <param name="head">The request, if done.</param>
    /// <param name="refusal">If invalid: 431 when a limit is passed, else 400.</param>
    internal ReadStatus TryRead(ref ReadOnlySpan<byte> input, out RequestHead? head, out HandshakeRefusal? refusal)
    {
        head = null;
        refusal = null;
        switch (_collector.TryCollect(ref input, out var bytes))
        {
            case ReadStatus.NeedsMore:
                return ReadStatus.NeedsMore;
            case ReadStatus.Invalid:
                _collector.Release();
                refusal = new HandshakeRefusal(431, $"The request's head is too large: at most {limits.MaxBytes} bytes in all, " +
                    $"{limits.MaxLineBytes} in a line, and {limits.MaxHeaders} headers.");
                return ReadStatus.Invalid;
        }

        head = Parse(bytes, out var problem);
        _collector.Release();
        if (head is null)
        {
            refusal = HandshakeRefusal.BadRequest($"The request could not be read: {problem}.");
            return ReadStatus.Invalid;
        }

        return ReadStatus.Done;
    }

    /// <inheritdoc cref="HeadCollector.PinnedBytes"/>
    internal int PinnedBytes => _collector.PinnedBytes;

    internal void Release() => _collector.Release();

    private static RequestHead? Parse(ReadOnlySpan<byte> bytes, out string? problem)
    {
        problem = "the request line is not of the form 'GET /path HTTP/1.1'";
        if (!HeaderParser.TryTakeLine(ref bytes, out var line))
        {
            return null;
        }

        var methodEnd = line.IndexOf((byte)' ');
        var targetEnd = line.LastIndexOf((byte)' ');
        if (methodEnd < 0 || targetEnd <= methodEnd)
        {
            return null;
        }

        var method = KnownText.Of(line[..methodEnd]);
        var target = line[(methodEnd + 1)..targetEnd];
        var version = line[(targetEnd + 1)..];
        if (!Token.IsToken(method) || version.Length != 8 || !version.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)version[7]))
        {
            return null;
        }

        if (!IsPathOrUri(target))
        {
            problem = "the request's target is not a valid path";
            return null;
        }

        return HeaderParser.TryParse(bytes, out var headers, out problem)
            ? new RequestHead(method, KnownText.Of(target), version[7] - '0', headers)
            : null;
    }

    // RFC 6455 §4.2.1, item 1: a resource name, or an absolute HTTP(S) URI that has one; §3: without a fragment;
    // RFC 9112 §3.2: without white space, and URIs are ASCII.
    private static bool IsPathOrUri(ReadOnlySpan<byte> target) =>
        (target.StartsWith((byte)'/') || HasScheme(target, "http://"u8) || HasScheme(target, "https://"u8)) &&
        !target.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && !target.Contains((byte)'#');

    private static bool HasScheme(ReadOnlySpan<byte> target, ReadOnlySpan<byte> scheme) =>
        target.Length > scheme.Length && Ascii.EqualsIgnoreCase(target[..scheme.Length], scheme);
}
