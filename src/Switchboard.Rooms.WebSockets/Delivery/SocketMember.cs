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

    /// <summary>Gives it a message that was framed for many, or keeps that back while it is slow.</summary>
    public void Offer(RoomMessage message, scoped in Broadcast frame)
    {
        if (_lagging is null || !_lagging.TryKeep(message))
        {
            // One that is gone, or reads too slowly, answers false: its connection ends by itself, and it leaves then.
            frame.To(Socket);
        }
    }
}
