namespace Switchboard.Rooms.WebSockets;

/// <summary>Frames a message of a room once, and gives the same bytes to every member.</summary>
internal sealed class SocketDelivery : IRoomDelivery
{
    public void Deliver(RoomMessage message, ReadOnlySpan<RoomMember> members)
    {
        var type = message.Kind == RoomMessageKind.Text ? MessageType.Text : MessageType.Binary;
        using var broadcast = Broadcast.Bytes(type, message.Payload.Span);
        foreach (var member in members)
        {
            // A member that is gone, or reads too slowly, answers false: its connection ends by itself, and it leaves then.
            broadcast.To(((SocketMember)member).Socket);
        }
    }
}
