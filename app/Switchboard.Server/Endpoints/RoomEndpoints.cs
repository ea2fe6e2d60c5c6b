using Switchboard.Rooms;
using Switchboard.Rooms.WebSockets;
using Switchboard.Server.Configuration;
using Switchboard.Server.Endpoints.Documentation;
using Switchboard.Server.Endpoints.Events;
using Switchboard.Server.Endpoints.Listing;
using Switchboard.Server.Endpoints.Messages;
using Switchboard.Server.Identity;

namespace Switchboard.Server.Endpoints;

/// <summary>Rooms over WebSockets and HTTP: what is there at which path, see docs/rooms-protocol.md.</summary>
internal static class RoomEndpoints
{
    internal static void MapRooms(this WebApplication app, ServerSettings settings)
    {
        var rooms = app.Services.GetRequiredService<RoomSockets>();
        var authenticator = app.Services.GetRequiredService<Authenticator>();
        var time = app.Services.GetRequiredService<TimeProvider>();

        var sockets = new RoomSocketEndpoint(rooms, settings.Origins, authenticator);
        app.MapWebSockets("/rooms", sockets.AcceptAsync, sockets.Options);
        app.MapWebSockets("/rooms/{room}", sockets.AcceptAsync, sockets.Options);

        var door = new Door(rooms.Directory, settings.Origins, authenticator);
        var list = new RoomListEndpoint(rooms.Directory);
        var members = new MembersEndpoint(rooms.Directory);
        var history = new HistoryEndpoint(rooms.Directory);
        var publish = new PublishEndpoint(rooms.Directory, new PublisherRates(time), time);
        var events = new EventsEndpoint(rooms.Directory, time, RoomSocketEndpoint.MaxBacklogOf(rooms), app.Lifetime.ApplicationStopping);
        app.MapReading("/rooms", door.To(list.AnswerAsync), RoomApi.ListRooms);
        app.MapReading("/rooms/{room}/members", door.To(RoomAction.Read, members.AnswerAsync), RoomApi.ListMembers);
        app.MapReading("/rooms/{room}/messages", door.To(RoomAction.Read, history.AnswerAsync), RoomApi.ReadMessages);
        app.MapPost("/rooms/{room}/messages", door.To(RoomAction.Write, publish.AnswerAsync)).Described(RoomApi.Publish);
        app.MapReading("/rooms/{room}/events", door.To(RoomAction.Read, events.AnswerAsync), RoomApi.Listen);

        app.MapOptions("/rooms/{room}", "GET");
        app.MapOptions("/rooms/{room}/messages", "GET", "HEAD", "POST");
        foreach (var readable in (string[])["/rooms", "/rooms/{room}/members", "/rooms/{room}/events"])
        {
            app.MapOptions(readable, "GET", "HEAD");
        }
    }
}
