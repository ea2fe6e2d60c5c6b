using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Switchboard.Rooms;
using Switchboard.Rooms.Wire;

namespace Switchboard.Server.Endpoints.Messages;

/// <summary>The body of a request, which is a message: its type says of which kind, and no more of it is read than the room takes.</summary>
internal readonly record struct MessageBody(RoomMessageKind Kind, byte[] Payload)
{
    /// <returns>The body, or what is wrong with it.</returns>
    /// <exception cref="BadHttpRequestException">It breaks the rules of HTTP.</exception>
    internal static async Task<(MessageBody Body, Problem? Problem)> ReadAsync(HttpContext http, int maxMessageBytes, CancellationToken cancellationToken)
    {
        var request = http.Request;
        if (IsCoded(request.Headers))
        {
            return (default, Problem.Malformed("The body is the message as it is: send it without Content-Encoding, and with no Transfer-Encoding but chunked."));
        }

        // The HTTP server's own limit, 30 MB, may be less than what a room takes.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        // JSON may need six times the bytes of what it says: \u0061 is one. What it says is measured by the room.
        var kind = KindOf(request.ContentType);
        var most = kind == RoomMessageKind.Json ? (6L * maxMessageBytes) + 64 : maxMessageBytes;
        if (request.ContentLength > most || await ReadAsync(request.BodyReader, most, cancellationToken) is not { } bytes)
        {
            return (default, Problem.Of(new Refusal("too-big", $"A message of this room has at most {maxMessageBytes} bytes.")));
        }

        if (kind != RoomMessageKind.Json)
        {
            return (new MessageBody(kind, bytes), null);
        }

        return ClientFrame.TryParseData(bytes, out var data, out var flaw)
            ? (new MessageBody(data.Kind, data.Payload!), null)
            : (default, Problem.Of(flaw));
    }

    // What is compressed would be kept and handed on as it came, and nobody would know.
    private static bool IsCoded(IHeaderDictionary headers)
    {
        return IsOtherThan(headers.ContentEncoding, "identity") || IsOtherThan(headers.TransferEncoding, "chunked");

        static bool IsOtherThan(StringValues coding, string allowed) => coding.Count > 0 && !string.Equals(coding, allowed, StringComparison.OrdinalIgnoreCase);
    }

    // Whoever says nothing of the type, or is curl with its form, means text.
    private static RoomMessageKind KindOf(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return RoomMessageKind.Text;
        }

        if (Is(type.MediaType.Value, "application/json"))
        {
            return RoomMessageKind.Json;
        }

        return Is(type.MediaType.Value, "application/octet-stream") || Is(type.Type.Value, "image") || Is(type.Type.Value, "audio") || Is(type.Type.Value, "video")
            ? RoomMessageKind.Binary
            : RoomMessageKind.Text;

        // RFC 9110 §8.3.1: without regard to case.
        static bool Is(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Null if there is more than the limit: the rest is not read.</returns>
    private static async Task<byte[]?> ReadAsync(PipeReader reader, long limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await ReadPieceAsync(reader, cancellationToken);
            var isTooLong = read.Buffer.Length > limit;
            if (isTooLong || read.IsCompleted)
            {
                var body = isTooLong ? null : read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async ValueTask<ReadResult> ReadPieceAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // Kestrel, of a chunk whose length has too many digits: the client's fault, and none of ours for the log.
            throw new BadHttpRequestException("The body breaks the rules of HTTP.", e);
        }
    }
}
