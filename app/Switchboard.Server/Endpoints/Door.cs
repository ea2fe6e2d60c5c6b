using Switchboard.Rooms;
using Switchboard.Server.Identity;

namespace Switchboard.Server.Endpoints;

/// <summary>Lets in who may ask, and says no to the others: one door for all that is there over HTTP.</summary>
/// <param name="rooms">The rooms.</param>
/// <param name="origins">Pages that may ask.</param>
/// <param name="authenticator">Says who asks.</param>
internal sealed class Door(RoomDirectory rooms, OriginPolicy origins, Authenticator authenticator)
{
    // Of who gives no name and needs none: to be told apart in the settings of a room only.
    private const string Nobody = "guest";

    /// <summary>A handler behind the door.</summary>
    internal Func<HttpContext, CancellationToken, Task<IResult>> To(Func<Visitor, CancellationToken, Task<IResult>> handler) =>
        async (http, cancellationToken) => await JudgeAsync(http, cancellationToken) switch
        {
            (_, { } problem) => problem,
            var (visitor, _) => await handler(visitor!, cancellationToken),
        };

    /// <summary>A handler behind the door, for who may do something in the room of the URL.</summary>
    internal Func<HttpContext, CancellationToken, Task<IResult>> To(RoomAction action, Func<RoomVisitor, CancellationToken, Task<IResult>> handler) =>
        To(async (visitor, cancellationToken) =>
        {
            if (!RoomAddress.TryRead(visitor.Http, out var room, out var problem))
            {
                return Problem.BadRoom(problem);
            }

            return await rooms.AuthorizeAsync(room, visitor.Identity, action, cancellationToken) is { } refusal
                ? Problem.Of(refusal)
                : await handler(new RoomVisitor(room, visitor), cancellationToken);
        });

    private async ValueTask<(Visitor? Visitor, Problem? Problem)> JudgeAsync(HttpContext http, CancellationToken cancellationToken)
    {
        // A page of another site can ask here as well as it can open a socket, and gets the same answer.
        var headers = http.Request.Headers;
        if (!origins.Allows(headers.Origin.Count > 0 ? headers.Origin.ToString() : null, headers.Host.ToString()))
        {
            return (null, Problem.Forbidden("Pages from this origin may not ask here."));
        }

        var result = await authenticator.AuthenticateAsync(http.Request, cancellationToken);
        if (result.Failure is { } failure)
        {
            return (null, Problem.Of(failure));
        }

        return RoomVisit.TryReadName(http.Request.Query, out var name, out var flaw)
            ? (new Visitor(http, result.ToIdentity(name ?? Nobody), name, result.IsAnonymous), null)
            : (null, Problem.Malformed(flaw));
    }
}
