using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints;

/// <summary>Finds the room that a path names: <c>/rooms/{room}</c>, and whatever follows.</summary>
internal static class RoomAddress
{
    internal static bool TryRead(HttpContext context, [NotNullWhen(true)] out RoomName? room, [NotNullWhen(false)] out string? problem)
    {
        // The path as it was sent, for only there a percent sign and what it stands for are told apart.
        var segment = PathOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget).Split('/') is [_, _, var third, ..] ? third : "";
        if (!RoomName.TryParse(segment, out room, out problem))
        {
            return false;
        }

        // The router sees it after . and .. were resolved: it must have found the same room.
        if (!Equals(context.GetRouteValue("room"), room.ToString()))
        {
            (room, problem) = (null, "The path names a room in a roundabout way: write it without . and .. in it.");
            return false;
        }

        return true;
    }

    private static string PathOf(string target)
    {
        // RFC 9112 §3.2.2: a server must take the absolute form too, http://host/path.
        var start = target.StartsWith('/') ? 0 : target.IndexOf('/', target.IndexOf("://", StringComparison.Ordinal) + 3);
        return start < 0 ? "" : target[start..].Split('?')[0];
    }
}
