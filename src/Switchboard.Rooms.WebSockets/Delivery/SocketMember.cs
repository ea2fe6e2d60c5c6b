namespace Switchboard.Rooms.WebSockets;

/// <summary>A member that is a connection.</summary>
internal sealed class SocketMember : RoomMember
{
    private readonly LaggingMessages? _lagging;

    public SocketMember(SessionTerms terms, ServerWebSocket socket, ISession session, SocketDelivery delivery, RoomIdentity identity, RoomName room, bool wantsEcho)
        : base(identity, delivery, wantsEcho)
    {
        Socket = socket;
        Session = session;
        RoomName = room;
        Settings = terms.Directory.Rules.For(room);
        if (Settings.SlowMembers != SlowMemberPolicy.Disconnect)
        {
            _lagging = new LaggingMessages(Settings.SlowMembers, socket, delivery, terms.Options);
        }
    }

    public ServerWebSocket Socket { get; }

    public ISession Session { get; }

    public RoomName RoomName { get; }

    public RoomSettings Settings { get; }

    /// <summary>Held by whoever gives it something, so that nothing follows its farewell.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whether it is given nothing any more. Under the gate.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Gives it what was framed for many, or keeps that back while it is slow.</summary>
    public void Offer(RoomEvent happening, scoped in Broadcast frame)
    {
        lock (Gate)
        {
            if (HasLeft || (_lagging is not null && _lagging.TryKeep(happening)) || frame.To(Socket))
            {
                return;
            }
        }

        // One that is gone, or reads too slowly: its connection ends by itself, and it leaves then. Where the server is told to drop what does
        // not fit into a backlog, it does not, and there would be a gap.
        if (Socket.ReadyState == ReadyState.Open)
        {
            Socket.Close(CloseCode.TryAgainLater, "Too slow a reader: come back for what is missing.");
        }
    }

    /// <summary>
    /// From now on it is given nothing: a room may be about to deliver on another thread what was said before it left, and the connection may come
    /// back to the same room.
    /// </summary>
    public void Depart()
    {
        lock (Gate)
        {
            HasLeft = true;
            _lagging?.End();
        }
    }
}
