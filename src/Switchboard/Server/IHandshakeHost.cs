using System.Net;
using Microsoft.Extensions.Logging;
using Switchboard.Addresses;
using Switchboard.Connections;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Handshake;
using Switchboard.Tls;

namespace Switchboard.Server;

/// <summary>What an opening handshake asks of its server.</summary>
internal interface IHandshakeHost
{
    Pulse Pulse { get; }

    ILogger Logger { get; }

    HandshakesUnderWay Handshakes { get; }

    ConnectionSettings Settings { get; }

    TimeSpan HandshakeTimeout { get; }

    /// <summary>Null if TLS is not spoken here.</summary>
    ServerTls? Tls { get; }

    /// <summary>Null if no proxy is believed here.</summary>
    ProxyTrust? Proxies { get; }

    IReadOnlyCollection<string> Subprotocols { get; }

    /// <summary>Null if addresses are not limited.</summary>
    AddressBook? Addresses { get; }

    /// <summary>Null if nothing is compressed here.</summary>
    DeflateAcceptor? Compression { get; }

    /// <returns>Why this server refuses a request that keeps the rules of the protocol, or null.</returns>
    /// <param name="request">The request.</param>
    /// <param name="host">The host that the client meant.</param>
    HandshakeRefusal? Judge(RequestHead request, string host);

    /// <summary>Whether the application has something to say to each request.</summary>
    bool AsksHook { get; }

    /// <returns>The application's answer; never a fault.</returns>
    ValueTask<HandshakeDecision> DecideAsync(WebSocketRequest request, CancellationToken cancellationToken);

    /// <summary>What the application's hook is called, for the log.</summary>
    string NameOfHook { get; }

    /// <param name="request">What it comes from.</param>
    /// <param name="subprotocol">What was agreed on, or "".</param>
    /// <param name="place">Among its address's connections; null if it is not limited.</param>
    /// <param name="client">The client's address where the transport has another; otherwise null.</param>
    ServerWebSocket CreateSocket(WebSocketRequest request, string subprotocol, AddressBook.Place? place, EndPoint? client);
}
