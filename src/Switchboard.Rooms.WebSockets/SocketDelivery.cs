namespace Switchboard.Rooms.WebSockets;

/// <summary>Frames a message of a room once, and gives the same bytes to every member.</summary>
internal sealed class SocketDelivery : IRoomDelivery
{
    public void Deliver(RoomMessage message, ReadOnlySpan<RoomMember> members)
    {
        var type = message.Kind == RoomMessageKind.Text ? MessageType.Text : MessageType.Binary;
        var prepared = PreparedMessage.FromBytes(type, message.Payload.Span);
        foreach (var member in members)
        {
            // A member that is gone, or reads too slowly, answers false: its connection ends by itself, and it leaves then.
            ((SocketMember)member).Socket.Send(prepared);
        }
    }
}
