namespace Switchboard.Protocol.Connection;

/// <summary>Which end this is. RFC 6455 §5.1: a client masks what it sends, a server does not.</summary>
internal enum Role : byte
{
    Client,
    Server,
}
