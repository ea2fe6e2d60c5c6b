namespace Switchboard.Rooms.Wire;

/// <summary>A field of a client's frame.</summary>
internal enum ClientField
{
    Unknown,
    Type,
    Room,
    Id,
    Key,
    Data,
    Since,
    Epoch,
    Last,
    Echo,
    After,
    Before,
    Limit,
    Token,
}
