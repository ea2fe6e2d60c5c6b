namespace Switchboard.Rooms.WebSockets;

/// <summary>A member's message on its way.</summary>
internal sealed class SocketPublication(SocketMember member, Flow flow) : Publication
{
    protected override void OnStored(LogPlace place)
    {
        flow.Leave();

        // A room that stores nothing has nothing to acknowledge.
        if (Id is { } id && member.Settings.Durable)
        {
            member.Session.Acknowledge(member, id, place.Sequence);
        }
    }

    protected override void OnRefused(Refusal refusal, Exception? cause)
    {
        flow.Leave();
        member.Session.Refuse(member, refusal, Id);
    }
}
