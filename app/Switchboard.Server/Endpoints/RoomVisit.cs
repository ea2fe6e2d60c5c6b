using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Switchboard.AspNetCore;
using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints;

/// <summary>What a URL says of a visit: <c>/rooms/lobby?as=ada&amp;last=50&amp;echo=0</c>.</summary>
/// <param name="Room">The room; null at <c>/rooms</c>.</param>
/// <param name="Name">The display name; null for any.</param>
/// <param name="Request">What of the past to send first.</param>
/// <param name="WantsEcho">Whether one's own messages come back.</param>
internal sealed record RoomVisit(RoomName? Room, string? Name, JoinRequest Request, bool WantsEcho)
{
    internal static bool TryParse(WebSocketRequest request, [NotNullWhen(true)] out RoomVisit? visit, [NotNullWhen(false)] out string? problem)
    {
        visit = null;
        RoomName? room = null;
        if (request.HttpContext.GetRouteValue("room") is not null && !RoomAddress.TryRead(request.HttpContext, out room, out problem))
        {
            return false;
        }

        var name = request.Query.GetValueOrDefault("as");
        if (name is not null && !DisplayName.IsValid(name, out problem))
        {
            return false;
        }

        if (!TryParseCount(request, "last", out var last, out problem) || !TryParseCount(request, "since", out var since, out problem))
        {
            return false;
        }

        Guid? epoch = null;
        if (request.Query.TryGetValue("epoch", out var text))
        {
            if (!Guid.TryParse(text, out var told))
            {
                problem = "The parameter 'epoch' is what the room has told as its epoch.";
                return false;
            }

            epoch = told;
        }

        var past = new JoinRequest { Since = since, Epoch = epoch, Last = last is { } count ? (int)Math.Min(count, int.MaxValue) : null };
        visit = new RoomVisit(room, name, past, request.Query.GetValueOrDefault("echo") != "0");
        return true;
    }

    private static bool TryParseCount(WebSocketRequest request, string parameter, out long? count, [NotNullWhen(false)] out string? problem)
    {
        (count, problem) = (null, null);
        if (!request.Query.TryGetValue(parameter, out var text))
        {
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            count = number;
            return true;
        }

        problem = parameter == "last"
            ? "The parameter 'last' is the number of messages to send first: 0 or more."
            : "The parameter 'since' is the sequence of the last message that you have: 0 or more.";
        return false;
    }
}
