using System.Diagnostics.CodeAnalysis;
using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints;

/// <summary>What a URL says of a visit: <c>/rooms/lobby?as=ada&amp;last=50&amp;echo=0</c>.</summary>
/// <param name="Room">The room; null at <c>/rooms</c>.</param>
/// <param name="Name">The display name; null for any.</param>
/// <param name="Request">What of the past to send first.</param>
/// <param name="WantsEcho">Whether one's own messages come back.</param>
internal sealed record RoomVisit(RoomName? Room, string? Name, JoinRequest Request, bool WantsEcho)
{
    internal static bool TryParse(HttpContext context, [NotNullWhen(true)] out RoomVisit? visit, [NotNullWhen(false)] out Problem? problem)
    {
        (visit, problem) = (null, null);
        RoomName? room = null;
        if (context.GetRouteValue("room") is not null && !RoomAddress.TryRead(context, out room, out var noRoom))
        {
            problem = Problem.BadRoom(noRoom);
            return false;
        }

        var query = context.Request.Query;
        if (TryReadName(query, out var name, out var flaw) && TryReadPast(query, out var past, out flaw) && query.TryReadOne("echo", out var echo, out flaw))
        {
            visit = new RoomVisit(room, name, past, echo != "0");
            return true;
        }

        problem = Problem.Malformed(flaw!);
        return false;
    }

    /// <summary>The display name, <c>as</c>; null if there is none.</summary>
    internal static bool TryReadName(IQueryCollection query, out string? name, [NotNullWhen(false)] out string? problem) =>
        query.TryReadOne("as", out name, out problem) && (name is null || DisplayName.IsValid(name, out problem));

    private static bool TryReadPast(IQueryCollection query, out JoinRequest past, [NotNullWhen(false)] out string? problem)
    {
        past = default;
        if (!query.TryReadCount("last", "the number of messages to send first", out var last, out problem)
            || !query.TryReadCount("since", "the sequence of the last message that you have", out var since, out problem)
            || !query.TryReadOne("epoch", out var text, out problem))
        {
            return false;
        }

        Guid? epoch = null;
        if (text is not null)
        {
            if (!Guid.TryParseExact(text, "D", out var told))
            {
                problem = "The parameter 'epoch' is what the room has told as its epoch.";
                return false;
            }

            epoch = told;
        }

        past = new JoinRequest { Since = since, Epoch = epoch, Last = last is { } count ? (int)Math.Min(count, int.MaxValue) : null };
        return true;
    }
}
