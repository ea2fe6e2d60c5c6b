using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints;

/// <summary>Who asks over HTTP, and has been let in.</summary>
/// <param name="Http">The request and its answer.</param>
/// <param name="Identity">Who it is.</param>
/// <param name="Name">The display name that the URL asks for; null for none.</param>
/// <param name="IsNameFree">Whether everybody is who they say they are.</param>
internal record Visitor(HttpContext Http, RoomIdentity Identity, string? Name, bool IsNameFree)
{
    internal IQueryCollection Query => Http.Request.Query;
}

/// <summary>Who asks for something of a room, and may.</summary>
/// <param name="Room">The room.</param>
/// <param name="Of">Who it is.</param>
internal sealed record RoomVisitor(RoomName Room, Visitor Of) : Visitor(Of);
