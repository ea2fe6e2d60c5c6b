namespace Switchboard.Rooms.WebSockets;

/// <summary>A member that is a connection.</summary>
internal sealed class SocketMember(ServerWebSocket socket, string name, bool wantsEcho) : RoomMember(name, wantsEcho)
{
    internal ServerWebSocket Socket => socket;
}
