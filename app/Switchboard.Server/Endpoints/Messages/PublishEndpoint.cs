using System.Diagnostics.CodeAnalysis;
using Switchboard.Rooms;

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

        var settings = rooms.Rules.For(visitor.Room);
        var publisher = visitor.IsNameFree ? visitor.Name ?? "" : visitor.Identity.Publisher;
        if (settings.Rate is { } rate && rates.Take(visitor.Room, publisher, rate) is var wait && wait > TimeSpan.Zero)
        {
            return Problem.Of(new Refusal("rate-limited", FormattableString.Invariant($"Too many messages: wait {wait.TotalSeconds:0.0##} s."), wait));
        }

        var (body, flaw) = await MessageBody.ReadAsync(visitor.Http, settings.MaxMessageBytes, cancellationToken);
        if (flaw is not null)
        {
            return flaw;
        }

        return await PublishAsync(visitor, new LogEntry
        {
            Payload = body.Payload,
            Kind = body.Kind,
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
}
