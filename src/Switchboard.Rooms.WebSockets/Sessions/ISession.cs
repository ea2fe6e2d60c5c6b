namespace Switchboard.Rooms.WebSockets;

/// <summary>A connection in its format. Safe from any thread.</summary>
internal interface ISession
{
    /// <summary>A message is stored.</summary>
    void Acknowledge(SocketMember member, string id, long sequence);

    /// <summary>A message was not stored, or a member has lost its place.</summary>
    void Refuse(SocketMember member, Refusal refusal, string? id);

    /// <summary>A member lacks something that cannot be read: it must not stay.</summary>
    void CutOff(SocketMember member, Refusal refusal);
}
