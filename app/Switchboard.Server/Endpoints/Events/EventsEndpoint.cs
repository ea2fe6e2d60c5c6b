using Microsoft.AspNetCore.Http.Features;
using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints.Events;

/// <summary>
/// <c>GET /rooms/{room}/events</c>: a room for those whose network lets no WebSocket through. They are members like others, hear the same, and resume with
/// <c>Last-Event-ID</c>; what they have to say they post.
/// </summary>
/// <param name="rooms">The rooms.</param>
/// <param name="time">The clock.</param>
/// <param name="maxWaitingBytes">How many bytes may wait for one member.</param>
/// <param name="stopping">When the server stops.</param>
internal sealed class EventsEndpoint(RoomDirectory rooms, TimeProvider time, long maxWaitingBytes, CancellationToken stopping)
{
    private const string PositionHeader = "Last-Event-ID";

    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    // Timers take at most this long; a stream that lasts longer ends, and is resumed.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly EventStreamDelivery _delivery = new();
    private long _lastGuest;

    internal async Task<IResult> AnswerAsync(RoomVisitor visitor, CancellationToken cancellationToken)
    {
        if (!RoomVisit.TryParse(visitor.Http, out var visit, out var problem))
        {
            return problem;
        }

        // What the browser has heard itself is newer than what its page has put into the URL.
        var request = visit.Request;
        if (visitor.Http.Request.Headers[PositionHeader].ToString() is { Length: > 0 } position)
        {
            if (!QueryParameters.TryParseCount(position, out var sequence))
            {
                return Problem.Malformed($"The header {PositionHeader} is the sequence of the last message that you have: 0 or more.");
            }

            request = request with { Since = sequence };
        }

        if (HttpMethods.IsHead(visitor.Http.Request.Method))
        {
            // Who asks only what the stream would be like joins nothing.
            SetHeaders(visitor.Http.Response);
            return Results.Empty;
        }

        var identity = visitor.IsNameFree && visit.Name is null ? RoomIdentity.Anonymous($"guest-e{Interlocked.Increment(ref _lastGuest)}") : visitor.Identity;
        var member = new EventStreamMember(identity, _delivery, request, maxWaitingBytes);
        try
        {
            var room = await rooms.JoinAsync(visitor.Room, member, request, cancellationToken);
            await StreamAsync(visitor.Http, room, member, cancellationToken);
            return Results.Empty;
        }
        catch (RefusedException refused)
        {
            return Problem.Of(refused.Refusal);
        }
        catch (LogUnavailableException)
        {
            return Problem.Unreadable;
        }
    }

    private async Task StreamAsync(HttpContext http, Room room, EventStreamMember member, CancellationToken cancellationToken)
    {
        SetHeaders(http.Response);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        using var expiry = new CancellationTokenSource(Left(member.Identity), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping, expiry.Token);
        await using var heart = time.CreateTimer(_ => member.Offer(EventText.Heartbeat), null, HeartbeatInterval, HeartbeatInterval);
        try
        {
            // Also if it has ended before it began: whoever waits for what the member was told learns so from its writing.
            await http.Response.StartAsync(CancellationToken.None);
            await member.WriteToAsync(http.Response.BodyWriter, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The one way in which it ends.
        }
        finally
        {
            room.Leave(member);
        }

        if (member.IsCutOff)
        {
            // What it has not read yet is not waited for.
            http.Abort();
        }
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx: pass on what comes
    }

    private TimeSpan Left(RoomIdentity identity)
    {
        var left = identity.ExpiresAt - time.GetUtcNow() ?? Longest;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
    }
}
