using Switchboard.Protocol.Handshake;

namespace Switchboard.Addresses;

/// <summary>Whether an address may begin one more handshake.</summary>
internal enum AddressVerdict
{
    Welcome,
    TooManyConnections,
    TooManyHandshakes,

    /// <summary>Too many that were refused are still there: this one is not worth an answer.</summary>
    Flood,
}

/// <summary>What a client is told.</summary>
internal static class AddressVerdicts
{
    private static readonly HandshakeRefusal TooMany = new(503, "There are too many connections from your address.", "Retry-After", "10");
    private static readonly HandshakeRefusal TooFast = new(429, "There are too many handshakes from your address.", "Retry-After", "1");

    internal static HandshakeRefusal? ToRefusal(this AddressVerdict verdict) => verdict switch
    {
        AddressVerdict.TooManyConnections => TooMany,
        AddressVerdict.TooManyHandshakes or AddressVerdict.Flood => TooFast,
        _ => null,
    };
}
