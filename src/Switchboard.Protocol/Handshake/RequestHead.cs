namespace Switchboard.Protocol.Handshake;

/// <summary>An HTTP request without a body.</summary>
/// <param name="Method">As sent; methods are case sensitive.</param>
/// <param name="Target">As sent: visible ASCII characters, percent-encoding not undone.</param>
/// <param name="MinorVersion">The x of HTTP/1.x.</param>
/// <param name="Headers">In the order in which they came.</param>
internal sealed record RequestHead(string Method, string Target, int MinorVersion, HeaderList Headers)
{
    /// <summary>What an extended CONNECT of HTTP/2 or later asks for in <c>:protocol</c> (RFC 8441 §4); null for any other request.</summary>
    internal string? ConnectProtocol { get; init; }

    /// <summary>RFC 8441 §5: stands for GET, Upgrade and Connection; key and answer to it are left out. RFC 9110 §7.8 on the case.</summary>
    internal bool IsConnectToWebSocket => Method == "CONNECT" && string.Equals(ConnectProtocol, "websocket", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The head of an HTTP answer.</summary>
/// <param name="Status">Three digits.</param>
/// <param name="Reason">The phrase behind the status; may be empty.</param>
/// <param name="Headers">In the order in which they came.</param>
internal sealed record ResponseHead(int Status, string Reason, HeaderList Headers);
