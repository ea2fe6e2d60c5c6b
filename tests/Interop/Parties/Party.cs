namespace Switchboard.Interop.Parties;

/// <summary>Who is at the other end.</summary>
public enum Party
{
    Chromium,
    WsAsClient,
    WsAsServer,
    WebsocketsAsClient,
    WebsocketsAsServer,
    ClientWebSocket,
    Kestrel,
}

/// <summary>What a scenario asks of the other end, and not all can.</summary>
[Flags]
public enum Abilities
{
    None = 0,

    /// <summary>It is a client, so that it is our server whom it deals with.</summary>
    IsClient = 1,

    /// <summary>Its messages go out as many fragments as it is told.</summary>
    Fragments = 2,

    /// <summary>A fragment of its text messages may end inside a character.</summary>
    CutsCharacters = 4,

    /// <summary>It pings.</summary>
    Pings = 8,

    /// <summary>It pings when it is told, and not only by itself.</summary>
    PingsWhenTold = 16,

    /// <summary>It can be told to close without a code.</summary>
    ClosesWithoutCode = 32,

    /// <summary>The application decides about its compression.</summary>
    ChoosesCompression = 64,
}
