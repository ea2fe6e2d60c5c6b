using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints.Listing;

/// <summary><c>GET /rooms/{room}/members</c>: who is there.</summary>
internal sealed class MembersEndpoint(RoomDirectory rooms)
{
    private const int MaxListed = 1_000;

    internal async Task<IResult> AnswerAsync(RoomVisitor visitor, CancellationToken cancellationToken)
    {
        if (!visitor.Query.TryReadCount("limit", "how many members to list at most", out var limit, out var problem))
        {
            return Problem.Malformed(problem);
        }

        var page = await rooms.MembersAsync(visitor.Room, (int)Math.Min(limit ?? MaxListed, MaxListed), cancellationToken);
        return Results.Ok(new MemberListBody(
            visitor.Room.ToString(), page.Count, [.. page.Members.Select(static member => new MemberBody(member.Name, member.JoinedAt))]));
    }
}
