using System.Buffers;
using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>What a client is told in the JSON format beside what happens in its rooms. Safe from any thread; after the end nothing is sent.</summary>
internal readonly struct JsonAnswers(ServerWebSocket socket)
{
    public void Ack(RoomName room, string id, long sequence) =>
        Send((room, id, sequence), static (frame, ack) => ServerFrame.WriteAck(frame, ack.room, ack.id, ack.sequence));

    public void Error(Refusal refusal, string? id, string? room) =>
        Send((refusal, id, room), static (frame, error) => ServerFrame.WriteError(frame, error.refusal, error.id, error.room));

    public void Left(RoomName room, string? id) =>
        Send((room, id), static (frame, left) => ServerFrame.WriteLeft(frame, left.room, left.id));

    public void Authenticated(string user, DateTimeOffset? expires, string? id) =>
        Send((user, expires, id), static (frame, it) => ServerFrame.WriteAuthenticated(frame, it.user, it.expires, it.id));

    public ValueTask HistoryAsync(RoomName room, HistoryPage page, string? id) =>
        SendLongAsync((room, page, id), static (frame, history) => ServerFrame.WriteHistory(frame, history.room, history.page, history.id));

    public ValueTask MembersAsync(RoomName room, PresencePage page, string? id) =>
        SendLongAsync((room, page, id), static (frame, members) => ServerFrame.WriteMembers(frame, members.room, members.page, members.id));

    private void Send<T>(T content, Action<ArrayBufferWriter<byte>, T> write)
    {
        var frame = FrameBuffer.OfThread();
        write(frame, content);
        socket.Send(frame.WrittenSpan, MessageType.Text, compress: false);
    }

    /// <summary>At the client's pace: who asks for much and reads slowly is not read from meanwhile.</summary>
    private async ValueTask SendLongAsync<T>(T content, Action<ArrayBufferWriter<byte>, T> write)
    {
        var frame = new ArrayBufferWriter<byte>();
        write(frame, content);
        await socket.SendAsync(frame.WrittenMemory, MessageType.Text).ConfigureAwait(false);
    }
}
