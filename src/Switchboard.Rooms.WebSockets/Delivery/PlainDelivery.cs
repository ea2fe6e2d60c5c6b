namespace Switchboard.Rooms.WebSockets;

/// <summary>The plain format: messages as they are, and nothing else.</summary>
internal sealed class PlainDelivery : SocketDelivery
{
    public override void Deliver(RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        switch (happening)
        {
            case RoomMessage:
                base.Deliver(happening, members);
                break;
            case RoomReset:
                foreach (var member in members)
                {
                    ((SocketMember)member).Socket.Close(RoomCloseCode.Reset, "The position asked for is gone. Connect again, with 'last' instead of 'since'.");
                }

                break;
        }
    }

    public override void Send(ServerWebSocket socket, RoomEvent happening)
    {
        var message = (RoomMessage)happening;
        socket.Send(message.Payload.Span, TypeOf(message));
    }

    public override ValueTask<bool> SendAsync(ServerWebSocket socket, RoomEvent happening)
    {
        var message = (RoomMessage)happening;
        return socket.SendAsync(message.Payload, TypeOf(message));
    }

    protected override Broadcast Frame(RoomEvent happening)
    {
        var message = (RoomMessage)happening;
        return Broadcast.Bytes(TypeOf(message), message.Payload.Span);
    }

    private static MessageType TypeOf(RoomMessage message) => message.Kind == RoomMessageKind.Binary ? MessageType.Binary : MessageType.Text;
}
