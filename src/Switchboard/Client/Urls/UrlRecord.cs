namespace Switchboard.Client.Urls;

/// <summary>A URL of a special scheme, parsed (URL Standard §4.1). Every part is as it is serialized.</summary>
/// <param name="Scheme">ws, wss, http or https.</param>
/// <param name="Username">Percent-encoded; empty for none.</param>
/// <param name="Password">Percent-encoded; empty for none.</param>
/// <param name="Host">Never empty.</param>
/// <param name="Port">Null if it is the scheme's own.</param>
/// <param name="Path">Percent-encoded, with its leading slash.</param>
/// <param name="Query">Percent-encoded, without its question mark; null for none, which is not the same as empty.</param>
/// <param name="HasFragment">Whether there is one, even an empty one. What it says does not matter here.</param>
internal sealed record UrlRecord(
    string Scheme, string Username, string Password, UrlHost Host, int? Port, string Path, string? Query, bool HasFragment)
{
    /// <summary>The port that a scheme has of its own; null if it is none of ours.</summary>
    internal static int? DefaultPort(string scheme) => scheme switch
    {
        "ws" or "http" => 80,
        "wss" or "https" => 443,
        _ => null,
    };

    internal string PathAndQuery => Query is null ? Path : $"{Path}?{Query}";

    /// <summary>Host and port, as the Host header has them: the port unless it is the scheme's own.</summary>
    internal string Authority => Port is null ? Host.Text : $"{Host.Text}:{Port}";

    private string Userinfo => Password.Length > 0 ? $"{Username}:{Password}@" : Username.Length > 0 ? $"{Username}@" : "";

    /// <summary>The URL serializer (§4.5), without the fragment.</summary>
    public override string ToString() => $"{Scheme}://{Userinfo}{Authority}{PathAndQuery}";
}
