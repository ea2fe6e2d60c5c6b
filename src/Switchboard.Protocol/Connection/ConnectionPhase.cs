namespace Switchboard.Protocol.Connection;

/// <summary>Where the conversation stands. It only moves forward.</summary>
internal enum ConnectionPhase
{
    /// <summary>Messages go both ways.</summary>
    Open,

    /// <summary>RFC 6455 §7.1.3: the closing handshake has started, from either side.</summary>
    Closing,

    /// <summary>Nothing more will be read or written: a close frame went each way, or the conversation failed.</summary>
    Closed,
}
