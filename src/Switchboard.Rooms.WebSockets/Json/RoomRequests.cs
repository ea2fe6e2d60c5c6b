using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>What a client says and asks for in a room that it is in. Each returns null, or why it was not done.</summary>
internal sealed class RoomRequests(SessionTerms terms, JsonAnswers answers)
{
    private const int DefaultHistory = 50;
    private const int MaxHistory = 500;
    private const long MaxHistoryBytes = 512 * 1024;
    private const int MaxMembersListed = 1_000;

    private readonly Flow _flow = new(terms.Options.MaxUnansweredMessages);

    public async ValueTask<Refusal?> PublishAsync(Membership membership, ClientFrame frame)
    {
        if (frame.Payload is not { } payload)
        {
            return JsonRefusal.Malformed("What is published needs 'data'.");
        }

        var member = membership.Member;
        var publication = new SocketPublication(member, _flow)
        {
            Member = member,
            Payload = payload,
            Kind = frame.Kind,
            Sender = member.Name,
            Publisher = member.Identity.Publisher,
            Id = frame.Id,
            Key = frame.Key,
            At = terms.Time.GetUtcNow(),
        };
        var entered = _flow.Enter();
        if (await membership.Room.TryPublishAsync(publication).ConfigureAwait(false) is { } refusal)
        {
            _flow.Leave();
            return refusal;
        }

        await entered.ConfigureAwait(false);
        return null;
    }

    public static Refusal? Signal(Membership membership, in ClientFrame frame) => frame.Payload is { } payload
        ? membership.Room.TrySignal(membership.Member, payload, frame.Kind)
        : JsonRefusal.Malformed("A signal needs 'data'.");

    public async ValueTask<Refusal?> AnswerHistoryAsync(Membership membership, ClientFrame frame)
    {
        if (frame.After is not null && frame.Before is not null)
        {
            return JsonRefusal.Malformed("History is asked for 'before' a sequence or 'after' one, not both.");
        }

        var limit = Math.Clamp(frame.Limit ?? DefaultHistory, 1, MaxHistory);
        var query = frame.After is { } after
            ? HistoryQuery.Behind(after, limit, MaxHistoryBytes)
            : HistoryQuery.Preceding(frame.Before ?? long.MaxValue, limit, MaxHistoryBytes);
        try
        {
            var page = await terms.Directory.ReadAsync(membership.Room.Name, query).ConfigureAwait(false);
            await answers.HistoryAsync(membership.Room.Name, page, frame.Id).ConfigureAwait(false);
            return null;
        }
        catch (LogUnavailableException)
        {
            return JsonRefusal.Unreadable;
        }
    }

    public async ValueTask<Refusal?> AnswerMembersAsync(Membership membership, ClientFrame frame)
    {
        var limit = Math.Clamp(frame.Limit ?? MaxMembersListed, 0, MaxMembersListed);
        var page = await terms.Directory.MembersAsync(membership.Room.Name, limit).ConfigureAwait(false);
        await answers.MembersAsync(membership.Room.Name, page, frame.Id).ConfigureAwait(false);
        return null;
    }
}
