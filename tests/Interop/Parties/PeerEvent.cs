namespace Switchboard.Interop.Parties;

/// <summary>What a peer reports. See Peers/README.md.</summary>
internal sealed record PeerEvent
{
    public string Event { get; init; } = "";

    public Dictionary<string, string> Versions { get; init; } = [];

    public int? Port { get; init; }

    public string Protocol { get; init; } = "";

    public string Extensions { get; init; } = "";

    public string Type { get; init; } = "";

    public int Length { get; init; }

    public string Sha256 { get; init; } = "";

    public string Data { get; init; } = "";

    public int Code { get; init; }

    public string Reason { get; init; } = "";
}
