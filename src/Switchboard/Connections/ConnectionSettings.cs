using Microsoft.Extensions.Logging;
using Switchboard.Protocol.Messages;

namespace Switchboard.Connections;

/// <summary>What all connections of a server, or one client, have in common.</summary>
internal sealed record ConnectionSettings
{
    internal required MessageLimits Limits { get; init; }

    /// <summary>Whether we end the transport after the closing handshake, or wait for the peer to do it (RFC 6455 §7.1.1).</summary>
    internal required bool EndsTransport { get; init; }

    internal required TimeSpan CloseTimeout { get; init; }

    internal required TimeSpan PingInterval { get; init; }

    internal required TimeSpan PingTimeout { get; init; }

    internal required long MaxBacklogBytes { get; init; }

    internal required BacklogPolicy BacklogPolicy { get; init; }

    internal required MemoryBudget Memory { get; init; }

    internal HandlerThread HandlersRunOn { get; init; }

    /// <summary>What the handlers are called that get a connection when it opens, for the log.</summary>
    internal Func<string> NameOfOpening { get; init; } = static () => "that was told of the connection";

    internal required Pulse Pulse { get; init; }

    internal required ILogger Logger { get; init; }
}
