namespace Switchboard.Rooms.WebSockets;

/// <summary>The plain format: messages as they are, and nothing else.</summary>
internal sealed class PlainDelivery : SocketDelivery
{
    public override void Send(ServerWebSocket socket, RoomMessage message) => socket.Send(message.Payload.Span, TypeOf(message));

    protected override ValueTask<bool> SendAsync(ServerWebSocket socket, RoomMessage message) => socket.SendAsync(message.Payload, TypeOf(message));

    protected override Broadcast Frame(RoomMessage message) => Broadcast.Bytes(TypeOf(message), message.Payload.Span);

    protected override void DeliverNotice(RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        if (happening is not RoomReset)
        {
            return;
        }

        foreach (var member in members)
        {
            ((SocketMember)member).Socket.Close(RoomCloseCode.Reset, "The position asked for is gone. Connect again, with 'last' instead of 'since'.");
        }
    }

    private static MessageType TypeOf(RoomMessage message) => message.Kind == RoomMessageKind.Binary ? MessageType.Binary : MessageType.Text;
}
