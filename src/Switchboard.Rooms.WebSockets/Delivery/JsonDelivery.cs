using System.Buffers;
using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>The JSON format.</summary>
internal sealed class JsonDelivery : SocketDelivery
{
    public override void Send(ServerWebSocket socket, RoomEvent happening) => socket.Send(Encoded(happening).WrittenSpan, MessageType.Text);

    public override ValueTask<bool> SendAsync(ServerWebSocket socket, RoomEvent happening) =>
        socket.SendAsync(Encoded(happening).WrittenSpan.ToArray(), MessageType.Text);

    protected override Broadcast Frame(RoomEvent happening) => Broadcast.Bytes(MessageType.Text, Encoded(happening).WrittenSpan);

    private static ArrayBufferWriter<byte> Encoded(RoomEvent happening)
    {
        var buffer = FrameBuffer.OfThread();
        ServerFrame.WriteEvent(buffer, happening);
        return buffer;
    }
}
