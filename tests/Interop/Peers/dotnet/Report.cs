using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace Switchboard.Interop.DotNetPeer;

/// <summary>What is told on the standard output.</summary>
internal static class Report
{
    private static readonly Dictionary<string, string> Versions = new() { [".NET"] = Environment.Version.ToString() };

    public static void Ready(int? port = null) => Write(new { Event = "ready", Versions, Port = port });

    public static void Open(WebSocket socket, string extensions) =>
        Write(new { Event = "open", Protocol = socket.SubProtocol ?? "", Extensions = extensions });

    public static void Message(WebSocketMessageType type, byte[] data) => Write(new
    {
        Event = "message",
        Type = type == WebSocketMessageType.Text ? "text" : "binary",
        data.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(data)),
    });

    public static void Pong(string data) => Write(new { Event = "pong", Data = data });

    public static void Close(int code, string? reason) => Write(new { Event = "close", Code = code, Reason = reason ?? "" });

    private static void Write<T>(T report) => Console.Out.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
}
