using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>An event that is kept: what a test compares.</summary>
internal sealed record Happening(ProtocolEventKind Kind, string Payload, CloseCode Code, string? Reason)
{
    internal static Happening Of(in ProtocolEvent received) =>
        new(received.Kind, Wire.Hex(received.Payload), received.Code, received.Reason);

    internal static Happening Text(string text) => new(ProtocolEventKind.Text, Wire.Hex(Wire.Utf8(text)), 0, null);

    internal static Happening Binary(ReadOnlySpan<byte> payload) => new(ProtocolEventKind.Binary, Wire.Hex(payload), 0, null);

    internal static Happening Ping(ReadOnlySpan<byte> payload) => new(ProtocolEventKind.Ping, Wire.Hex(payload), 0, null);

    internal static Happening Pong(ReadOnlySpan<byte> payload) => new(ProtocolEventKind.Pong, Wire.Hex(payload), 0, null);

    internal static Happening Close(CloseCode code, string reason = "") => new(ProtocolEventKind.Close, "", code, reason);

    internal static Happening Failure(ProtocolError error) => new(ProtocolEventKind.Failure, "", error.Code, error.Reason);
}
