using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Switchboard.AspNetCore;
using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints;

/// <summary>What a URL says of a visit: <c>/rooms/lobby?as=ada&amp;last=50&amp;echo=0</c>.</summary>
internal sealed record RoomVisit(RoomName Room, string? Name, int Last, bool WantsEcho)
{
    internal static bool TryParse(WebSocketRequest request, [NotNullWhen(true)] out RoomVisit? visit, [NotNullWhen(false)] out string? problem)
    {
        visit = null;
        if (!RoomAddress.TryRead(request.HttpContext, out var room, out problem))
        {
            return false;
        }

        var name = request.Query.GetValueOrDefault("as");
        if (name is not null && !DisplayName.IsValid(name, out problem))
        {
            return false;
        }

        if (!TryParseLast(request.Query.GetValueOrDefault("last", "0"), out var last))
        {
            problem = "The parameter 'last' is the number of messages to send first: 0 or more.";
            return false;
        }

        visit = new RoomVisit(room, name, last, request.Query.GetValueOrDefault("echo") != "0");
        return true;
    }

    private static bool TryParseLast(string text, out int last) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out last);
}
