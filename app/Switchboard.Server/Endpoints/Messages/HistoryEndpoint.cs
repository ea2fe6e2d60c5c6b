using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints.Messages;

/// <summary><c>GET /rooms/{room}/messages</c>: what was said, page by page.</summary>
internal sealed class HistoryEndpoint(RoomDirectory rooms)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;
    private const long MaxBytes = 512 * 1024;

    internal async Task<IResult> AnswerAsync(RoomVisitor visitor, CancellationToken cancellationToken)
    {
        var query = visitor.Query;
        if (!query.TryReadCount("after", "a sequence", out var after, out var problem)
            || !query.TryReadCount("before", "a sequence", out var before, out problem)
            || !query.TryReadCount("limit", "how many messages to answer at most", out var limit, out problem))
        {
            return Problem.Malformed(problem);
        }

        if (after is not null && before is not null)
        {
            return Problem.Malformed("History is asked for 'before' a sequence or 'after' one, not both.");
        }

        var most = (int)Math.Clamp(limit ?? DefaultLimit, 1, MaxLimit);
        try
        {
            var page = await rooms.ReadAsync(
                visitor.Room,
                after is { } behind ? HistoryQuery.Behind(behind, most, MaxBytes) : HistoryQuery.Preceding(before ?? long.MaxValue, most, MaxBytes),
                cancellationToken);
            return new HistoryResult(visitor.Room, page, most);
        }
        catch (LogUnavailableException)
        {
            return Problem.Unreadable;
        }
    }
}
