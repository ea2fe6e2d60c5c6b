namespace Switchboard.Cli.Connecting;

/// <summary>Whom to connect to, and how.</summary>
/// <param name="Url">With its scheme.</param>
/// <param name="Options">What the client is told.</param>
/// <param name="IsReconnecting">Whether it connects again when a connection has ended.</param>
internal sealed record ConnectTerms(string Url, WebSocketClientOptions Options, bool IsReconnecting = false);
