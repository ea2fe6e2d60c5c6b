using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>Who a connection is: at first by its opening, then by each newer token. Used in the connection's turn only.</summary>
internal sealed class Credentials(SessionTerms terms, ServerWebSocket socket, Memberships memberships, JsonAnswers answers, RoomIdentity identity)
{
    private Expiry? _expiry = Expiry.Begin(terms.Time, socket, identity);

    public RoomIdentity Identity { get; private set; } = identity;

    /// <summary>Takes the newer token of an <c>auth</c>, of the same publisher, and leaves the rooms that it gives no right to.</summary>
    /// <returns>Why not, if it is not taken: all is as before then.</returns>
    public async ValueTask<Refusal?> RenewAsync(ClientFrame frame)
    {
        if (frame.Token is not { } token)
        {
            return JsonRefusal.Malformed("To authenticate takes a 'token'.");
        }

        var reading = terms.ReadToken is { } read
            ? await read(token, CancellationToken.None).ConfigureAwait(false)
            : TokenReading.Refused("This server takes no tokens.");
        if (reading.Identity is not { } newer)
        {
            return JsonRefusal.Unauthenticated(reading.Problem ?? "The token is no good.");
        }

        if (newer.Publisher != Identity.Publisher)
        {
            return JsonRefusal.Unauthenticated("The token is somebody else's: open another connection for it.");
        }

        await TakeAsync(newer).ConfigureAwait(false);
        answers.Authenticated(newer.Publisher, newer.ExpiresAt, frame.Id);
        return null;
    }

    /// <summary>What it allows counts from now on. Where it may not read any more it leaves, and where the application does not let it.</summary>
    private async ValueTask TakeAsync(RoomIdentity newer)
    {
        Identity = newer;
        if (_expiry is null)
        {
            _expiry = Expiry.Begin(terms.Time, socket, newer);
        }
        else
        {
            _expiry.Set(newer.ExpiresAt);
        }

        foreach (var membership in memberships.List())
        {
            membership.Member.Identity = newer;
            if (!membership.Room.Settings.Allow(membership.Room.Name, newer, RoomAction.Read))
            {
                memberships.Leave(membership, null);
            }
        }

        // Only then the application, which may think about it: what the token forbids is over at once. About all rooms together, so that it does not add up.
        await Task.WhenAll(memberships.List().Select(LeaveIfRefusedAsync)).ConfigureAwait(false);
    }

    private async Task LeaveIfRefusedAsync(Membership membership)
    {
        if (await terms.Directory.AuthorizeAsync(membership.Room.Name, Identity, RoomAction.Read).ConfigureAwait(false) is not null)
        {
            memberships.Leave(membership, null);
        }
    }
}
