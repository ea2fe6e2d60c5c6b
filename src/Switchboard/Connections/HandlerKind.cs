namespace Switchboard.Connections;

/// <summary>What a connection has told last: whose handlers run, if any do.</summary>
internal enum HandlerKind : byte
{
    None,
    Open,
    Message,
    Pong,
    Drain,
    Close,
}
