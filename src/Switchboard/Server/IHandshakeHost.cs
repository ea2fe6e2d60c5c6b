using Microsoft.Extensions.Logging;
using Switchboard.Addresses;
using Switchboard.Connections;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Server;

/// <summary>What an opening handshake asks of its server.</summary>
internal interface IHandshakeHost
{
    Pulse Pulse { get; }

    ILogger Logger { get; }

    HandshakesUnderWay Handshakes { get; }

    ConnectionSettings Settings { get; }

    TimeSpan HandshakeTimeout { get; }

    /// <summary>Whether its transports speak TLS.</summary>
    bool IsSecure { get; }

    IReadOnlyCollection<string> Subprotocols { get; }

    /// <summary>Null if addresses are not limited.</summary>
    AddressBook? Addresses { get; }

    /// <summary>Null if nothing is compressed here.</summary>
    DeflateAcceptor? Compression { get; }

    /// <returns>Why this server refuses a request that keeps the rules of the protocol, or null.</returns>
    HandshakeRefusal? Judge(RequestHead request);

    /// <summary>Whether the application has something to say to each request.</summary>
    bool AsksHook { get; }

    /// <returns>The application's answer; never a fault.</returns>
    ValueTask<HandshakeDecision> DecideAsync(WebSocketRequest request, CancellationToken cancellationToken);

    /// <summary>What the application's hook is called, for the log.</summary>
    string NameOfHook { get; }

    ServerWebSocket CreateSocket(WebSocketRequest request, string subprotocol, AddressBook.Place? place);
}
