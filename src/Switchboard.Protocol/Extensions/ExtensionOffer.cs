namespace Switchboard.Protocol.Extensions;

/// <summary>One element of Sec-WebSocket-Extensions.</summary>
/// <param name="Name">The extension's token.</param>
/// <param name="Parameters">In order, duplicates kept: whether they are right is the extension's to say. A value may be absent.</param>
internal sealed record ExtensionOffer(string Name, IReadOnlyList<KeyValuePair<string, string?>> Parameters);
