namespace Switchboard.Conformance.Driving;

/// <summary>The URL of a server that is tested.</summary>
internal static class ServerAddress
{
    /// <exception cref="ConformanceException">It is none, or not a WebSocket's.</exception>
    internal static Uri Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            throw new ConformanceException($"'{text}' is not a URL: give one such as ws://localhost:9001/echo.");
        }

        return url.Scheme switch
        {
            "ws" => url,
            "wss" or "https" => throw new ConformanceException("The suite does not speak TLS: give a ws:// URL, past the proxy that does."),
            _ => throw new ConformanceException($"The URL begins with '{url.Scheme}:', not with 'ws:'."),
        };
    }
}
