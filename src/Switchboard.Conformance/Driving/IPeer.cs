using Switchboard.Conformance.Conversations;

namespace Switchboard.Conformance.Driving;

/// <summary>What is tested.</summary>
internal interface IPeer
{
    Role Role { get; }

    PeerTraits Traits { get; }

    /// <summary>Gets a connection that the opening handshake is over on.</summary>
    Task<Conversation> OpenAsync(Opening opening);
}

/// <summary>What is known of a peer beforehand.</summary>
/// <param name="IsOurs">Whether it can be told its manner and settings.</param>
/// <param name="MaxMessageBytes">The largest message that it takes; null if nobody knows.</param>
internal sealed record PeerTraits(bool IsOurs, int? MaxMessageBytes);
