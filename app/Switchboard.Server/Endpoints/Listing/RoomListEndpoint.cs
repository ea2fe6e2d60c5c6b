using System.Runtime.CompilerServices;
using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints.Listing;

/// <summary><c>GET /rooms</c>: the rooms that messages are stored of and those that somebody is in, as far as the caller may read them.</summary>
internal sealed class RoomListEndpoint(RoomDirectory rooms)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private const int StepLength = 500;

    internal async Task<IResult> AnswerAsync(Visitor visitor, CancellationToken cancellationToken)
    {
        if (!visitor.Query.TryReadCount("limit", "how many rooms to answer at most", out var limit, out var problem)
            || !visitor.Query.TryReadOne("after", out var text, out problem))
        {
            return Problem.Malformed(problem);
        }

        RoomName? after = null;
        if (text is not null && !RoomName.TryCreate(text, out after, out problem))
        {
            return Problem.BadRoom(problem);
        }

        try
        {
            return await ListAsync(visitor, after, (int)Math.Clamp(limit ?? DefaultLimit, 1, MaxLimit), cancellationToken);
        }
        catch (LogUnavailableException)
        {
            return Problem.Unreadable;
        }
    }

    private async Task<IResult> ListAsync(Visitor visitor, RoomName? after, int limit, CancellationToken cancellationToken)
    {
        var bodies = new List<RoomBody>();
        await foreach (var room in BehindAsync(after, cancellationToken))
        {
            if (await rooms.AuthorizeAsync(room, visitor.Identity, RoomAction.Read, cancellationToken) is not null)
            {
                continue;
            }

            if (bodies.Count == limit)
            {
                visitor.Http.Response.Headers.Link =
                    FormattableString.Invariant($"</rooms?after={Uri.EscapeDataString(bodies[^1].Name)}&limit={limit}>; rel=\"next\"");
                return Results.Ok(new RoomListBody(bodies, More: true));
            }

            bodies.Add(new RoomBody(room.ToString(), (await rooms.MembersAsync(room, 0, cancellationToken)).Count));
        }

        return Results.Ok(new RoomListBody(bodies, More: false));
    }

    /// <summary>Those of the store, page by page, with those of memory between them: by the ordinal order of their names.</summary>
    private async IAsyncEnumerable<RoomName> BehindAsync(RoomName? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var inMemory = new Queue<RoomName>(
            rooms.List().Select(static room => room.Name).Where(room => after is null || Compare(room, after) > 0).Order(Comparer<RoomName>.Create(Compare)));
        var last = after;
        while (await rooms.StoredAsync(last, StepLength, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var stored in page)
            {
                while (inMemory.TryPeek(out var next) && Compare(next, stored) <= 0)
                {
                    inMemory.Dequeue();
                    if (next != stored)
                    {
                        yield return next;
                    }
                }

                yield return stored;
            }

            last = page[^1];
        }

        foreach (var next in inMemory)
        {
            yield return next;
        }
    }

    private static int Compare(RoomName one, RoomName other) => string.CompareOrdinal(one.ToString(), other.ToString());
}
