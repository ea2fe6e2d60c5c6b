namespace Switchboard.Rooms.WebSockets;

/// <summary>One format: a message is framed once, and the same bytes are given to every member.</summary>
internal abstract class SocketDelivery : IRoomDelivery
{
    public void Deliver(RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        if (happening is RoomMessage message)
        {
            using var frame = Frame(message);
            foreach (var member in members)
            {
                ((SocketMember)member).Offer(message, frame);
            }
        }
        else
        {
            DeliverNotice(happening, members);
        }
    }

    public async ValueTask<bool> DeliverPastAsync(RoomMember member, IReadOnlyList<RoomMessage> page)
    {
        var socket = ((SocketMember)member).Socket;
        return await SendPage(socket, page).ConfigureAwait(false);
    }

    public void CutOff(RoomMember member, Refusal refusal)
    {
        var lost = (SocketMember)member;
        lost.Session.CutOff(lost, refusal);
    }

    /// <summary>Sends a message to one.</summary>
    public abstract void Send(ServerWebSocket socket, RoomMessage message);

    /// <summary>Sends a message to one, and waits until it has gone.</summary>
    protected abstract ValueTask<bool> SendAsync(ServerWebSocket socket, RoomMessage message);

    protected abstract Broadcast Frame(RoomMessage message);

    protected abstract void DeliverNotice(RoomEvent happening, ReadOnlySpan<RoomMember> members);

    /// <summary>All in one send, and then at the member's pace: the last one has gone when those before it have.</summary>
    private ValueTask<bool> SendPage(ServerWebSocket socket, IReadOnlyList<RoomMessage> page)
    {
        using var batch = SendBatch.Begin();
        for (var i = 0; i < page.Count - 1; i++)
        {
            Send(socket, page[i]);
        }

        return SendAsync(socket, page[^1]);
    }
}
