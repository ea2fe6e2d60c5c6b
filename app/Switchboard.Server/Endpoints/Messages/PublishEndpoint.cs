using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Switchboard.Rooms;
using Switchboard.Rooms.Wire;

namespace Switchboard.Server.Endpoints.Messages;

/// <summary>
/// <c>POST /rooms/{room}/messages</c>: the body is a message. 201 is an ack: it is stored. A room that stores nothing acknowledges nothing: 202.
/// </summary>
internal sealed class PublishEndpoint(RoomDirectory rooms, PublisherRates rates, TimeProvider time)
{
    private const string IdHeader = "Idempotency-Key";

    internal async Task<IResult> AnswerAsync(RoomVisitor visitor, CancellationToken cancellationToken)
    {
        if (await RefuseNameAsync(visitor, cancellationToken) is { } refusal)
        {
            return Problem.Of(refusal);
        }

        if (!TryReadId(visitor.Http.Request.Headers, out var id, out var problem) || !visitor.Query.TryReadShort("key", out var key, out problem))
        {
            return Problem.Malformed(problem);
        }

        if (IsCoded(visitor.Http.Request.Headers))
        {
            return Problem.Malformed("The body is the message as it is: send it without Content-Encoding, and with no Transfer-Encoding but chunked.");
        }

        var settings = rooms.Rules.For(visitor.Room);
        var publisher = visitor.IsNameFree ? visitor.Name ?? "" : visitor.Identity.Publisher;
        if (settings.Rate is { } rate && rates.Take(visitor.Room, publisher, rate) is var wait && wait > TimeSpan.Zero)
        {
            return Problem.Of(new Refusal("rate-limited", FormattableString.Invariant($"Too many messages: wait {wait.TotalSeconds:0.0##} s."), wait));
        }

        var kind = KindOf(visitor.Http.Request.ContentType);
        var most = MaxBodyBytes(kind, settings.MaxMessageBytes);
        LetRoomDecide(visitor.Http);
        if (visitor.Http.Request.ContentLength > most || await ReadBodyAsync(visitor.Http.Request.BodyReader, most, cancellationToken) is not { } body)
        {
            return Problem.Of(new Refusal("too-big", $"A message of this room has at most {settings.MaxMessageBytes} bytes."));
        }

        if (kind == RoomMessageKind.Json)
        {
            if (!ClientFrame.TryParseData(body, out var data, out var flaw))
            {
                return Problem.Of(flaw);
            }

            (kind, body) = (data.Kind, data.Payload!);
        }

        return await PublishAsync(visitor, new LogEntry
        {
            Payload = body,
            Kind = kind,
            Sender = visitor.Name ?? (visitor.IsNameFree ? null : visitor.Identity.Name),
            Publisher = publisher,
            Id = id,
            Key = key,
            At = time.GetUtcNow(),
        }, cancellationToken);
    }

    private async Task<IResult> PublishAsync(RoomVisitor visitor, LogEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var place = await rooms.PublishAsync(visitor.Room, entry, cancellationToken);
            var body = new PublishedBody(visitor.Room.ToString(), place.Sequence, place.At);
            return rooms.Rules.For(visitor.Room).Durable ? Results.Created((string?)null, body) : Results.Accepted((string?)null, body);
        }
        catch (RefusedException refused)
        {
            return Problem.Of(refused.Refusal);
        }
    }

    /// <summary>In another's name publishes only who manages the room, such as a backend; where names are free there is no other's.</summary>
    private async ValueTask<Refusal?> RefuseNameAsync(RoomVisitor visitor, CancellationToken cancellationToken)
    {
        if (visitor.IsNameFree || visitor.Name is null || visitor.Name == visitor.Identity.Name)
        {
            return null;
        }

        return await rooms.AuthorizeAsync(visitor.Room, visitor.Identity, RoomAction.Manage, cancellationToken) is null
            ? null
            : new Refusal("forbidden", "The parameter 'as' is another's name: only who manages the room publishes under it.");
    }

    private static bool TryReadId(IHeaderDictionary headers, out string? id, [NotNullWhen(false)] out string? problem)
    {
        var values = headers[IdHeader];
        id = values.Count == 0 ? null : values[0] ?? "";
        problem = values.Count > 1 || (id is not null && !QueryParameters.IsShort(id)) ? $"The header {IdHeader} is there once, with 1 to 200 bytes." : null;
        return problem is null;
    }

    // What is compressed would be kept and handed on as it came, and nobody would know.
    private static bool IsCoded(IHeaderDictionary headers)
    {
        return IsOtherThan(headers.ContentEncoding, "identity") || IsOtherThan(headers.TransferEncoding, "chunked");

        static bool IsOtherThan(StringValues coding, string allowed) => coding.Count > 0 && !string.Equals(coding, allowed, StringComparison.OrdinalIgnoreCase);
    }

    // JSON may need six times the bytes of what it says: \u0061 is one. What it says is measured by the room.
    private static long MaxBodyBytes(RoomMessageKind kind, int maxMessageBytes) => kind == RoomMessageKind.Json ? (6L * maxMessageBytes) + 64 : maxMessageBytes;

    // The HTTP server's own limit, 30 MB, may be less than what a room takes.
    private static void LetRoomDecide(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
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
    private static async Task<byte[]?> ReadBodyAsync(PipeReader reader, long limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await ReadAsync(reader, cancellationToken);
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

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
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
