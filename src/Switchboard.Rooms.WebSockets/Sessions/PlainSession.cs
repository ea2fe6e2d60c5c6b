namespace Switchboard.Rooms.WebSockets;

/// <summary>A connection in the plain format: one room, messages as they are. What else has to be said is said by closing.</summary>
internal sealed class PlainSession : ISession
{
    private readonly SessionTerms _terms;
    private readonly ServerWebSocket _socket;
    private readonly RoomIdentity _identity;
    private readonly Flow _flow;

    public PlainSession(SessionTerms terms, ServerWebSocket socket, RoomIdentity identity)
    {
        (_terms, _socket, _identity) = (terms, socket, identity);
        _flow = new Flow(terms.Options.MaxUnansweredMessages);
    }

    public async ValueTask BeginAsync(RoomName name, JoinRequest request, bool wantsEcho)
    {
        var member = new SocketMember(_terms, _socket, this, _terms.Plain, _identity, name, wantsEcho);
        Expiry.Begin(_terms.Time, _socket, _identity);
        Room room;
        try
        {
            room = await _terms.Directory.JoinAsync(name, member, request).ConfigureAwait(false);
        }
        catch (RefusedException refused)
        {
            Close(refused.Refusal);
            return;
        }
        catch (LogUnavailableException)
        {
            _socket.Close(CloseCode.TryAgainLater, "The store cannot be read at the moment. Try again in a moment.");
            return;
        }

        _socket.OnMessageAsync += message => PublishAsync(room, member, message);

        // Also if it has ended while it joined: then this is called soon.
        _socket.OnClose += (_, _) =>
        {
            member.Depart();
            room.Leave(member);
        };
    }

    public void Acknowledge(SocketMember member, string id, long sequence)
    {
    }

    public void Refuse(SocketMember member, Refusal refusal, string? id) => Close(refusal);

    public void CutOff(SocketMember member, Refusal refusal) => Close(refusal);

    private async ValueTask PublishAsync(Room room, SocketMember member, Message message)
    {
        var entered = _flow.Enter();
        while (await room.TryPublishAsync(PublicationOf(member, message)).ConfigureAwait(false) is { } refusal)
        {
            if (refusal is not { Code: "rate-limited", RetryAfter: { } wait })
            {
                _flow.Leave();
                Close(refusal);
                return;
            }

            // Who is too fast is not read from until it is not: no message is lost, and none is refused.
            await Task.Delay(wait, _terms.Time).ConfigureAwait(false);
        }

        await entered.ConfigureAwait(false);
    }

    // A new one each time that it is tried: the application's own code may have changed the last one.
    private SocketPublication PublicationOf(SocketMember member, Message message) => new(member, _flow)
    {
        Member = member,
        Payload = message.Data,
        Kind = message.Type == MessageType.Text ? RoomMessageKind.Text : RoomMessageKind.Binary,
        Sender = member.Name,
        Publisher = member.Identity.Publisher,
        At = _terms.Time.GetUtcNow(),
    };

    private void Close(Refusal refusal)
    {
        switch (refusal.Code)
        {
            case "too-big":
                _socket.Close(CloseCode.MessageTooBig, refusal.Message);
                break;
            case "forbidden" or "refused":
                _socket.Close(RoomCloseCode.Forbidden, CloseReasonText.Fit(refusal.Message));
                break;
            case "not-joined":
                break;
            default:
                _socket.Close(CloseCode.TryAgainLater, CloseReasonText.Fit(refusal.Message));
                break;
        }
    }
}
