using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>A connection in the format <c>switchboard.v1.json</c>: any number of rooms, and an answer to everything that has an id.</summary>
internal sealed class JsonSession : ISession
{
    private readonly SessionTerms _terms;
    private readonly ServerWebSocket _socket;
    private readonly JsonAnswers _answers;
    private readonly Memberships _memberships;
    private readonly Credentials _credentials;
    private readonly RoomRequests _requests;
    private readonly Conduct _conduct;
    private RoomName? _own;

    public JsonSession(SessionTerms terms, ServerWebSocket socket, RoomIdentity identity)
    {
        (_terms, _socket) = (terms, socket);
        _answers = new JsonAnswers(socket);
        _memberships = new Memberships(terms, socket, this, _answers);
        _credentials = new Credentials(terms, socket, _memberships, _answers, identity);
        _requests = new RoomRequests(terms, _answers);
        _conduct = new Conduct(terms);
    }

    /// <param name="room">The room of the URL, in which frames without a room are meant; null if there is none.</param>
    /// <param name="request">What of its past to send first.</param>
    /// <param name="wantsEcho">Whether its messages come back.</param>
    public async ValueTask BeginAsync(RoomName? room, JoinRequest request, bool wantsEcho)
    {
        _own = room;
        _socket.OnClose += (_, _) => _memberships.End();
        if (room is not null && await _memberships.JoinAsync(_credentials.Identity, room, request, wantsEcho).ConfigureAwait(false) is { } refusal)
        {
            _answers.Error(refusal, null, room.ToString());
            var code = refusal.Code is "forbidden" or "refused" ? RoomCloseCode.Forbidden : (int)CloseCode.TryAgainLater;
            _socket.Close(code, CloseReasonText.Fit(refusal.Message));
            return;
        }

        _socket.OnMessageAsync += HearAsync;
    }

    public void Acknowledge(SocketMember member, string id, long sequence) => _answers.Ack(member.RoomName, id, sequence);

    public void Refuse(SocketMember member, Refusal refusal, string? id) => _answers.Error(refusal, id, member.RoomName.ToString());

    public void CutOff(SocketMember member, Refusal refusal)
    {
        if (!_memberships.TryForget(member))
        {
            // It has left, and the connection may be in the room anew.
            return;
        }

        _answers.Error(refusal, null, member.RoomName.ToString());
        _answers.Left(member.RoomName, null);
        if (member.RoomName.Equals(_own))
        {
            _socket.Close(CloseCode.TryAgainLater, CloseReasonText.Fit(refusal.Message));
        }
    }

    private async ValueTask HearAsync(Message message)
    {
        var flaw = JsonRefusal.Malformed("Frames of this format are text.");
        ClientFrame frame = default;
        if (message.Type != MessageType.Text || !ClientFrame.TryParse(message.Data.Span, out frame, out flaw))
        {
            Complain(flaw, frame);
            return;
        }

        var refusal = _conduct.RefusalOf(frame.Type) ?? await DoAsync(frame).ConfigureAwait(false);
        if (refusal is { Code: "malformed" })
        {
            Complain(refusal, frame);
        }
        else if (refusal is not null)
        {
            // What is no name is not repeated: it may be as long as a frame.
            _answers.Error(refusal, frame.Id, refusal.Code == "bad-room" ? null : frame.Room ?? _own?.ToString());
        }
    }

    private void Complain(Refusal flaw, in ClientFrame frame)
    {
        _answers.Error(flaw, frame.Id, null);
        if (_conduct.IsOutWithAnotherStrike())
        {
            _socket.Close(CloseCode.PolicyViolation, "Too many frames were malformed; the errors sent before say why.");
        }
    }

    private ValueTask<Refusal?> DoAsync(in ClientFrame frame)
    {
        switch (frame.Type)
        {
            case ClientFrameType.Join:
                return JoinAsync(frame);
            case ClientFrameType.Auth:
                return _credentials.RenewAsync(frame);
        }

        // All else is about a room that it is in.
        if (_memberships.Find(frame.Room ?? _own?.ToString(), out var membership) is { } problem)
        {
            return new(problem);
        }

        switch (frame.Type)
        {
            case ClientFrameType.Publish:
                return _requests.PublishAsync(membership, frame);
            case ClientFrameType.Signal:
                return new(RoomRequests.Signal(membership, frame));
            case ClientFrameType.History:
                return _requests.AnswerHistoryAsync(membership, frame);
            case ClientFrameType.Members:
                return _requests.AnswerMembersAsync(membership, frame);
            default:
                _memberships.Leave(membership, frame.Id);
                return default;
        }
    }

    private ValueTask<Refusal?> JoinAsync(in ClientFrame frame)
    {
        var request = new JoinRequest { Since = frame.Since, Epoch = frame.Epoch, Last = frame.Last };
        return frame.Room is not null && RoomName.TryCreate(frame.Room, out var name, out _)
            ? _memberships.JoinAsync(_credentials.Identity, name, request, frame.WantsEcho ?? true)
            : new(JsonRefusal.BadRoom);
    }
}
