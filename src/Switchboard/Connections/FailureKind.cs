namespace Switchboard;

/// <summary>What a connection failed at.</summary>
public enum FailureKind
{
    /// <summary>The server's name has no address, or its name server did not answer.</summary>
    NameResolution,

    /// <summary>No TCP connection to any address of the server.</summary>
    Connect,

    /// <summary>The port is one that the Fetch standard blocks, for it belongs to another protocol.</summary>
    BlockedPort,

    /// <summary>The proxy could not be reached, or did not let the connection through.</summary>
    Proxy,

    /// <summary>TLS: the certificate was refused, or there is no version or cipher that both ends speak.</summary>
    Tls,

    /// <summary>The server answered the opening request with another status than 101.</summary>
    HttpStatus,

    /// <summary>The server's answer breaks a rule of the opening handshake.</summary>
    Handshake,

    /// <summary>The connection was not made within the connect timeout.</summary>
    ConnectTimeout,

    /// <summary>The peer broke a rule of the protocol, or sent text that is not UTF-8.</summary>
    Protocol,

    /// <summary>A message was larger than the limit, or memory was short.</summary>
    Limit,

    /// <summary>The peer reads too slowly: the backlog was full.</summary>
    Backlog,

    /// <summary>The peer did not answer a ping in time.</summary>
    PingTimeout,

    /// <summary>The peer did not finish the closing handshake in time.</summary>
    CloseTimeout,

    /// <summary>The connection broke, or the peer ended it without a closing handshake.</summary>
    ConnectionLost,

    /// <summary>A handler of the application threw.</summary>
    Handler,

    /// <summary>The application aborted the connection, or closed it while it was connecting.</summary>
    Aborted,
}
