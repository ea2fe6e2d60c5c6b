namespace Switchboard;

/// <summary>
/// Why a connection ended (RFC 6455 §7.4, and the IANA registry for 1012-1014).
/// 3000-3999 are for registered and 4000-4999 for private use: cast the number, <c>(CloseCode)4001</c>.
/// </summary>
public enum CloseCode
{
    /// <summary>1000: the purpose is fulfilled.</summary>
    NormalClosure = 1000,

    /// <summary>1001: the server goes down, or the page was left.</summary>
    GoingAway = 1001,

    /// <summary>1002: the peer broke a rule of the protocol.</summary>
    ProtocolError = 1002,

    /// <summary>1003: the peer sent a kind of data that is not accepted here, such as binary where text is expected.</summary>
    UnsupportedData = 1003,

    /// <summary>1005: the close frame carried no code. Reported, never sent.</summary>
    NoStatusReceived = 1005,

    /// <summary>1006: the connection ended without a close frame. Reported, never sent.</summary>
    AbnormalClosure = 1006,

    /// <summary>1007: a message was not of its type, such as text that is not UTF-8.</summary>
    InvalidPayload = 1007,

    /// <summary>1008: a policy was violated; the generic refusal.</summary>
    PolicyViolation = 1008,

    /// <summary>1009: a message was larger than the receiver accepts.</summary>
    MessageTooBig = 1009,

    /// <summary>1010: the server did not agree to an extension that the client needs. Sent by clients only.</summary>
    MandatoryExtension = 1010,

    /// <summary>1011: the server met an unexpected condition, such as a handler that threw.</summary>
    InternalError = 1011,

    /// <summary>1012: the server restarts; connect again.</summary>
    ServiceRestart = 1012,

    /// <summary>1013: the server is overloaded; try again later.</summary>
    TryAgainLater = 1013,

    /// <summary>1014: a gateway got an invalid answer from its upstream server.</summary>
    BadGateway = 1014,
}
