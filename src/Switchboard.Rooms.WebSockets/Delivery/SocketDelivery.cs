namespace Switchboard.Rooms.WebSockets;

/// <summary>One format: a message is framed once, and the same bytes are given to every member.</summary>
internal abstract class SocketDelivery : IRoomDelivery
{
    // What of the past is sent at once; and from which length on a message is by itself. Both are far below any backlog, whatever the format makes of them.
    private const long RunBytes = 32 * 1024;
    private const int LongFrom = 16 * 1024;

    public virtual void Deliver(RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        using var frame = Frame(happening);
        foreach (var member in members)
        {
            ((SocketMember)member).Offer(happening, frame);
        }
    }

    public async ValueTask<bool> DeliverPastAsync(RoomMember member, IReadOnlyList<RoomMessage> page)
    {
        for (var next = 0; next < page.Count;)
        {
            if (!await SendRun((SocketMember)member, page, ref next).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    public void CutOff(RoomMember member, Refusal refusal)
    {
        var lost = (SocketMember)member;
        lost.Session.CutOff(lost, refusal);
    }

    /// <summary>Sends it to one.</summary>
    public abstract void Send(ServerWebSocket socket, RoomEvent happening);

    /// <summary>Sends it to one, and waits until it has gone. False if the connection has ended.</summary>
    public abstract ValueTask<bool> SendAsync(ServerWebSocket socket, RoomEvent happening);

    protected abstract Broadcast Frame(RoomEvent happening);

    /// <summary>Some in one send, and then at the member's pace: the last one has gone when those before it have.</summary>
    private ValueTask<bool> SendRun(SocketMember member, IReadOnlyList<RoomMessage> page, ref int next)
    {
        using var batch = SendBatch.Begin();
        lock (member.Gate)
        {
            if (member.HasLeft)
            {
                return new(false);
            }

            while (next < page.Count - 1 && page[next].Payload.Length < LongFrom && member.Socket.BufferedAmount < RunBytes)
            {
                Send(member.Socket, page[next++]);
            }

            return SendAsync(member.Socket, page[next++]);
        }
    }
}
