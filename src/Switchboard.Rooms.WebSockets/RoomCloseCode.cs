namespace Switchboard.Rooms.WebSockets;

/// <summary>Close codes of our own, in the range for applications (RFC 6455 §7.4.2).</summary>
internal static class RoomCloseCode
{
    /// <summary>The token has expired.</summary>
    public const int Expired = 4401;

    /// <summary>Not allowed here.</summary>
    public const int Forbidden = 4403;

    /// <summary>The position that was asked for is gone; in the plain format nothing else can say so.</summary>
    public const int Reset = 4410;
}
