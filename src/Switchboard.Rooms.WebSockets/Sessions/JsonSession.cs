using System.Buffers;
using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>A connection in the format <c>switchboard.v1.json</c>: any number of rooms, and an answer to everything that has an id.</summary>
internal sealed class JsonSession : ISession
{
    private const int DefaultHistory = 50;
    private const int MaxHistory = 500;
    private const long MaxHistoryBytes = 512 * 1024;
    private const int MaxMembersListed = 1_000;

    private readonly SessionTerms _terms;
    private readonly ServerWebSocket _socket;
    private readonly Flow _flow;

    // Used in the connection's turn only, but for its end.
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private SocketMember? _joining;
    private RoomIdentity _identity;
    private Expiry? _expiry;
    private RoomName? _own;
    private int _malformed;
    private TokenBucket _requests;
    private bool _isOver;

    public JsonSession(SessionTerms terms, ServerWebSocket socket, RoomIdentity identity)
    {
        (_terms, _socket, _identity) = (terms, socket, identity);
        _flow = new Flow(terms.Options.MaxUnansweredMessages);
    }

    /// <param name="room">The room of the URL, in which frames without a room are meant; null if there is none.</param>
    /// <param name="request">What of its past to send first.</param>
    /// <param name="wantsEcho">Whether its messages come back.</param>
    public async ValueTask BeginAsync(RoomName? room, JoinRequest request, bool wantsEcho)
    {
        _own = room;
        _expiry = Expiry.Of(_terms.Time, _socket, _identity);
        _socket.OnClose += (_, _) => End();
        if (room is not null && await JoinAsync(room, request, wantsEcho).ConfigureAwait(false) is { } refusal)
        {
            SendError(refusal, null, room.ToString());
            _socket.Close(CodeFor(refusal), CloseReasonText.Fit(refusal.Message));
            return;
        }

        _socket.OnMessageAsync += HearAsync;
    }

    public void Acknowledge(SocketMember member, string id, long sequence)
    {
        var buffer = FrameBuffer.OfThread();
        ServerFrame.WriteAck(buffer, member.RoomName, id, sequence);
        Send(buffer);
    }

    public void Refuse(SocketMember member, Refusal refusal, string? id) => SendError(refusal, id, member.RoomName.ToString());

    public void CutOff(SocketMember member, Refusal refusal)
    {
        if (!TryForget(member))
        {
            // It has left, and the connection may be in the room anew.
            return;
        }

        SendError(refusal, null, member.RoomName.ToString());
        SendLeft(member.RoomName, null);
        if (member.RoomName.Equals(_own))
        {
            _socket.Close(CloseCode.TryAgainLater, CloseReasonText.Fit(refusal.Message));
        }
    }

    private async ValueTask HearAsync(Message message)
    {
        var flaw = Malformed("Frames of this format are text.");
        ClientFrame frame = default;
        if (message.Type != MessageType.Text || !ClientFrame.TryParse(message.Data.Span, out frame, out flaw))
        {
            Complain(flaw, frame);
            return;
        }

        var refusal = RefusalOfRate(frame.Type) ?? frame.Type switch
        {
            ClientFrameType.Publish => await PublishAsync(frame).ConfigureAwait(false),
            ClientFrameType.Join => await JoinAsync(frame).ConfigureAwait(false),
            ClientFrameType.Leave => Leave(frame),
            ClientFrameType.Signal => Signal(frame),
            ClientFrameType.History => await AnswerHistoryAsync(frame).ConfigureAwait(false),
            ClientFrameType.Members => await AnswerMembersAsync(frame).ConfigureAwait(false),
            _ => await AuthenticateAsync(frame).ConfigureAwait(false),
        };
        if (refusal is { Code: "malformed" })
        {
            Complain(refusal, frame);
        }
        else if (refusal is not null)
        {
            // What is no name is not repeated: it may be as long as a frame.
            SendError(refusal, frame.Id, refusal.Code == "bad-room" ? null : frame.Room ?? _own?.ToString());
        }
    }

    /// <summary>
    /// What one says in a room counts there. What makes others work all the same, reading, joining and with it leaving, counts here, at the rate of rooms without a
    /// pattern.
    /// </summary>
    private Refusal? RefusalOfRate(ClientFrameType type)
    {
        if (type is ClientFrameType.Publish or ClientFrameType.Signal or ClientFrameType.Leave || _terms.Directory.Rules.Default.Rate is not { } rate)
        {
            return null;
        }

        var wait = _requests.Take(rate, _terms.Time);
        return wait > TimeSpan.Zero ? Refusal.TooFast(wait) : null;
    }

    private async ValueTask<Refusal?> PublishAsync(ClientFrame frame)
    {
        if (Find(frame, out var place) is { } problem)
        {
            return problem;
        }

        if (frame.Payload is not { } payload)
        {
            return Malformed("What is published needs 'data'.");
        }

        var publication = new SocketPublication(place.Member, _flow)
        {
            Member = place.Member,
            Payload = payload,
            Kind = frame.Kind,
            Sender = place.Member.Name,
            Publisher = _identity.Publisher,
            Id = frame.Id,
            Key = frame.Key,
            At = _terms.Time.GetUtcNow(),
        };
        var entered = _flow.Enter();
        if (await place.Room.TryPublishAsync(publication).ConfigureAwait(false) is { } refusal)
        {
            _flow.Leave();
            return refusal;
        }

        await entered.ConfigureAwait(false);
        return null;
    }

    private ValueTask<Refusal?> JoinAsync(ClientFrame frame) => frame.Room is not null && RoomName.TryCreate(frame.Room, out var name, out _)
        ? JoinAsync(name, new JoinRequest { Since = frame.Since, Epoch = frame.Epoch, Last = frame.Last }, frame.WantsEcho ?? true)
        : new(BadRoom);

    private async ValueTask<Refusal?> JoinAsync(RoomName name, JoinRequest request, bool wantsEcho)
    {
        lock (_places)
        {
            if (_places.ContainsKey(name.ToString()))
            {
                return new Refusal("already-joined", "This connection is in that room already.");
            }

            if (_places.Count >= _terms.Options.MaxRoomsPerConnection)
            {
                return new Refusal("too-many-rooms", $"A connection is in at most {_terms.Options.MaxRoomsPerConnection} rooms: leave one, or open another connection.");
            }
        }

        var member = new SocketMember(_terms, _socket, this, _terms.Json, _identity, name, wantsEcho);
        Volatile.Write(ref _joining, member);
        try
        {
            var room = await _terms.Directory.JoinAsync(name, member, request).ConfigureAwait(false);
            if (!TryKeep(new Place(room, member)))
            {
                room.Leave(member);
            }

            return null;
        }
        catch (RefusedException refused)
        {
            member.Depart();
            return refused.Refusal;
        }
        catch (LogUnavailableException)
        {
            member.Depart();
            return Unreadable;
        }
    }

    /// <summary>False if the connection has ended meanwhile, or the member was cut off again.</summary>
    private bool TryKeep(Place place)
    {
        lock (_places)
        {
            var isKept = !_isOver && _joining == place.Member;
            _joining = null;
            if (isKept)
            {
                _places.Add(place.Member.RoomName.ToString(), place);
            }

            return isKept;
        }
    }

    private Refusal? Leave(in ClientFrame frame)
    {
        if (Find(frame, out var place) is { } problem)
        {
            return problem;
        }

        Leave(place, frame.Id);
        return null;
    }

    private Refusal? Signal(in ClientFrame frame)
    {
        if (Find(frame, out var place) is { } problem)
        {
            return problem;
        }

        return frame.Payload is { } payload ? place.Room.TrySignal(place.Member, payload, frame.Kind) : Malformed("A signal needs 'data'.");
    }

    private async ValueTask<Refusal?> AnswerHistoryAsync(ClientFrame frame)
    {
        if (Find(frame, out var place) is { } problem)
        {
            return problem;
        }

        if (frame.After is not null && frame.Before is not null)
        {
            return Malformed("History is asked for 'before' a sequence or 'after' one, not both.");
        }

        var limit = Math.Clamp(frame.Limit ?? DefaultHistory, 1, MaxHistory);
        var query = frame.After is { } after
            ? HistoryQuery.Behind(after, limit, MaxHistoryBytes)
            : HistoryQuery.Preceding(frame.Before ?? long.MaxValue, limit, MaxHistoryBytes);
        try
        {
            var page = await _terms.Directory.ReadAsync(place.Member.RoomName, query).ConfigureAwait(false);
            var buffer = new ArrayBufferWriter<byte>();
            ServerFrame.WriteHistory(buffer, place.Member.RoomName, page, frame.Id);
            await SendLongAsync(buffer).ConfigureAwait(false);
            return null;
        }
        catch (LogUnavailableException)
        {
            return Unreadable;
        }
    }

    private async ValueTask<Refusal?> AnswerMembersAsync(ClientFrame frame)
    {
        if (Find(frame, out var place) is { } problem)
        {
            return problem;
        }

        var limit = Math.Clamp(frame.Limit ?? MaxMembersListed, 0, MaxMembersListed);
        var page = await _terms.Directory.MembersAsync(place.Member.RoomName, limit).ConfigureAwait(false);
        var buffer = new ArrayBufferWriter<byte>();
        ServerFrame.WriteMembers(buffer, place.Member.RoomName, page, frame.Id);
        await SendLongAsync(buffer).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<Refusal?> AuthenticateAsync(ClientFrame frame)
    {
        if (frame.Token is not { } token)
        {
            return Malformed("To authenticate takes a 'token'.");
        }

        var reading = _terms.ReadToken is { } read
            ? await read(token, CancellationToken.None).ConfigureAwait(false)
            : TokenReading.Refused("This server takes no tokens.");
        if (reading.Identity is not { } identity)
        {
            return new Refusal("unauthenticated", reading.Problem ?? "The token is no good.");
        }

        if (identity.Publisher != _identity.Publisher)
        {
            return new Refusal("unauthenticated", "The token is somebody else's: open another connection for it.");
        }

        Renew(identity);
        var buffer = FrameBuffer.OfThread();
        ServerFrame.WriteAuthenticated(buffer, identity.Publisher, identity.ExpiresAt, frame.Id);
        Send(buffer);
        return null;
    }

    /// <summary>What the new identity allows counts from now on; where it may not even read any more, it leaves.</summary>
    private void Renew(RoomIdentity identity)
    {
        _identity = identity;
        Place[] places;
        lock (_places)
        {
            if (_expiry is not null)
            {
                _expiry.Set(identity.ExpiresAt);
            }
            else if (!_isOver)
            {
                _expiry = Expiry.Of(_terms.Time, _socket, identity);
            }

            places = [.. _places.Values];
        }

        foreach (var place in places)
        {
            place.Member.Identity = identity;
            if (!place.Room.Settings.Allow(place.Room.Name, identity, RoomAction.Read))
            {
                Leave(place, null);
            }
        }
    }

    private void Leave(Place place, string? id)
    {
        if (TryForget(place.Member))
        {
            place.Room.Leave(place.Member);
            SendLeft(place.Member.RoomName, id);
        }
    }

    /// <summary>False if it is forgotten already. True: nothing of the room comes any more, and who asks says so.</summary>
    private bool TryForget(SocketMember member)
    {
        lock (_places)
        {
            var room = member.RoomName.ToString();
            if (_joining == member)
            {
                _joining = null;
            }
            else if (!_places.TryGetValue(room, out var place) || place.Member != member || !_places.Remove(room))
            {
                return false;
            }
        }

        member.Depart();
        return true;
    }

    private void End()
    {
        Place[] places;
        lock (_places)
        {
            _isOver = true;
            _expiry?.End();
            places = [.. _places.Values];
            _places.Clear();
        }

        foreach (var (room, member) in places)
        {
            member.Depart();
            room.Leave(member);
        }
    }

    private Refusal? Find(in ClientFrame frame, out Place place)
    {
        place = null!;
        if ((frame.Room ?? _own?.ToString()) is not { } room)
        {
            return new Refusal("bad-room", "This connection is in no room of its own: name a 'room'.");
        }

        lock (_places)
        {
            if (_places.TryGetValue(room, out place!))
            {
                return null;
            }
        }

        return RoomName.TryCreate(room, out _, out _) ? new Refusal("not-joined", "This connection is not in that room: join it first.") : BadRoom;
    }

    private void Complain(Refusal flaw, in ClientFrame frame)
    {
        SendError(flaw, frame.Id, null);
        if (++_malformed == _terms.Options.MaxMalformedFrames)
        {
            _socket.Close(CloseCode.PolicyViolation, "Too many frames were malformed; the errors sent before say why.");
        }
    }

    private void SendError(Refusal refusal, string? id, string? room)
    {
        var buffer = FrameBuffer.OfThread();
        ServerFrame.WriteError(buffer, refusal, id, room);
        Send(buffer);
    }

    private void SendLeft(RoomName room, string? id)
    {
        var buffer = FrameBuffer.OfThread();
        ServerFrame.WriteLeft(buffer, room, id);
        Send(buffer);
    }

    /// <summary>At the client's pace: who asks for much and reads slowly is not read from meanwhile.</summary>
    private async ValueTask SendLongAsync(ArrayBufferWriter<byte> frame) => await _socket.SendAsync(frame.WrittenMemory, MessageType.Text).ConfigureAwait(false);

    private void Send(ArrayBufferWriter<byte> frame) => _socket.Send(frame.WrittenSpan, MessageType.Text, compress: false);

    private static int CodeFor(Refusal refusal) =>
        refusal.Code is "forbidden" or "refused" ? RoomCloseCode.Forbidden : (int)CloseCode.TryAgainLater;

    private static Refusal Malformed(string message) => new("malformed", message);

    private static Refusal BadRoom { get; } = new("bad-room", "A room's name is 1 to 200 bytes, without '/', '%2F' and control characters, and not '.' or '..'.");

    private static Refusal Unreadable { get; } = new("unavailable", "The store cannot be read at the moment. Try again in a moment.", TimeSpan.FromSeconds(1));

    private sealed record Place(Room Room, SocketMember Member);
}
