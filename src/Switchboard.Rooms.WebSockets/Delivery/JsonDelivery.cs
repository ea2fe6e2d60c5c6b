using System.Buffers;
using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>The JSON format.</summary>
internal sealed class JsonDelivery : SocketDelivery
{
    public override void Send(ServerWebSocket socket, RoomMessage message) => socket.Send(Encoded(message).WrittenSpan, MessageType.Text);

    protected override ValueTask<bool> SendAsync(ServerWebSocket socket, RoomMessage message) =>
        socket.SendAsync(Encoded(message).WrittenSpan.ToArray(), MessageType.Text);

    protected override Broadcast Frame(RoomMessage message) => Broadcast.Bytes(MessageType.Text, Encoded(message).WrittenSpan);

    protected override void DeliverNotice(RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        using var frame = Broadcast.Bytes(MessageType.Text, Encoded(happening).WrittenSpan);
        foreach (var member in members)
        {
            frame.To(((SocketMember)member).Socket);
        }
    }

    private static ArrayBufferWriter<byte> Encoded(RoomEvent happening)
    {
        var buffer = FrameBuffer.OfThread();
        ServerFrame.WriteEvent(buffer, happening);
        return buffer;
    }
}
