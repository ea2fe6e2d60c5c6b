using System.Net.WebSockets;

namespace Switchboard.Interop.DotNetPeer;

internal sealed record Command(
    string Do, string Type, string[] Pieces, int Times, bool Fragmented, int To, string Data, int Code, string Reason)
{
    public WebSocketMessageType MessageType => Type == "text" ? WebSocketMessageType.Text : WebSocketMessageType.Binary;

    public List<byte[]> Parts => [.. Enumerable.Repeat(Pieces, Times).SelectMany(pieces => pieces).Select(Convert.FromBase64String)];
}
