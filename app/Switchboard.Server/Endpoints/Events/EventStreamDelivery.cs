using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints.Events;

/// <summary>Reaches members over event streams: what is said is encoded once for all of them.</summary>
internal sealed class EventStreamDelivery : IRoomDelivery
{
    public void Deliver(RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        var text = EventText.Of(happening, IdOf(happening, (EventStreamMember)members[0]));
        foreach (var member in members)
        {
            ((EventStreamMember)member).Offer(text);
        }
    }

    public ValueTask<bool> DeliverPastAsync(RoomMember member, IReadOnlyList<RoomMessage> page) =>
        ((EventStreamMember)member).OfferAsync(EventText.Of(page));

    public void CutOff(RoomMember member, Refusal refusal) => ((EventStreamMember)member).CutOff();

    // Who is cut off before the first message must not miss it: where the past begins is a position, too.
    private static long? IdOf(RoomEvent happening, EventStreamMember first) => happening switch
    {
        RoomMessage message => message.Sequence,
        RoomJoined joined => first.BeginsBehind(joined.Sequence),
        RoomReset reset => reset.First - 1,
        _ => null,
    };
}
