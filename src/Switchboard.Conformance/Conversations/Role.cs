namespace Switchboard.Conformance.Conversations;

/// <summary>What the tested peer is.</summary>
internal enum Role
{
    Server,
    Client,
}
