using Switchboard.Conformance.Handshake;

namespace Switchboard.Conformance.Conversations;

/// <summary>How a conversation begins.</summary>
internal sealed record Opening
{
    internal static Opening Default { get; } = new();

    /// <summary>What the peer does once it is open. Only our own peers can be told.</summary>
    internal Manner Manner { get; init; }

    /// <summary>Which settings of compression the peer has. Only our own peers can be told.</summary>
    internal Setting Setting { get; init; }

    /// <summary>To a server: the compression that is offered. To a client: the one that is agreed to.</summary>
    internal DeflateOffer? Compression { get; init; }
}

/// <summary>What a peer does with a connection.</summary>
internal enum Manner
{
    /// <summary>Sends each message back.</summary>
    Echo,

    /// <summary>The same, and says "hello" when it is open.</summary>
    Greet,

    /// <summary>Closes with 1000 and the reason "goodbye" when it is open.</summary>
    Close,
}

/// <summary>What a peer allows of compression.</summary>
internal enum Setting
{
    /// <summary>None.</summary>
    Plain,

    /// <summary>All of it, with context takeover.</summary>
    Dedicated,

    /// <summary>Without context takeover, either way.</summary>
    Shared,

    /// <summary>With context takeover, and windows of 2^10 bytes at the most.</summary>
    Narrow,
}
