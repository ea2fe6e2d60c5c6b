namespace Switchboard.Interop.Parties;

/// <param name="Name">As its authors write it.</param>
/// <param name="Role">What it is to us.</param>
/// <param name="Abilities">What it can be told.</param>
/// <param name="Start">Starts it with these terms.</param>
internal sealed record PartyDescription(string Name, string Role, Abilities Abilities, Func<PeerTerms, Task<Peer>> Start)
{
    private const Abilities All =
        Abilities.Fragments | Abilities.CutsCharacters | Abilities.Pings | Abilities.PingsWhenTold | Abilities.ClosesWithoutCode
        | Abilities.ChoosesCompression;

    // Text is no bytes there, and a close has a code.
    private const Abilities OfWebsockets = All & ~Abilities.CutsCharacters & ~Abilities.ClosesWithoutCode;

    // It pings to keep a connection alive, and only so; and a close has a code.
    private const Abilities OfDotNet = All & ~Abilities.PingsWhenTold & ~Abilities.ClosesWithoutCode;

    private static readonly Dictionary<Party, PartyDescription> Descriptions = new()
    {
        [Party.Chromium] = new("Chromium", "client", Abilities.ClosesWithoutCode | Abilities.IsClient, ChromiumPeer.StartAsync),
        [Party.WsAsClient] = new("ws", "client", All | Abilities.IsClient, ProcessPeer.StartWsAsync),
        [Party.WsAsServer] = new("ws", "server", All, ProcessPeer.StartWsAsync),
        [Party.WebsocketsAsClient] = new("websockets", "client", OfWebsockets | Abilities.IsClient, ProcessPeer.StartWebsocketsAsync),
        [Party.WebsocketsAsServer] = new("websockets", "server", OfWebsockets, ProcessPeer.StartWebsocketsAsync),
        [Party.ClientWebSocket] = new("ClientWebSocket", "client", OfDotNet | Abilities.IsClient, ProcessPeer.StartDotNetAsync),
        [Party.Kestrel] = new("Kestrel", "server", OfDotNet, ProcessPeer.StartDotNetAsync),
    };

    public bool IsClient => Abilities.HasFlag(Abilities.IsClient);

    public static PartyDescription Of(Party party) => Descriptions[party];

    public bool Can(Abilities abilities) => Abilities.HasFlag(abilities);
}
