using System.Text;
using Switchboard.Connections;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>
/// A message framed once, to be sent to any number of clients, as often as you like: see <see cref="ServerWebSocket.Send(PreparedMessage)"/>
/// and <see cref="ClientCollection.Broadcast(PreparedMessage, Func{ServerWebSocket, bool}?)"/>. Immutable, and safe from any thread. For
/// a message that is sent once there is <see cref="Broadcast"/>, which allocates nothing.
/// </summary>
public sealed class PreparedMessage
{
    private PreparedMessage(MessageType type, ReadOnlySpan<byte> payload, bool compress)
    {
        Compressed = compress ? CompressedFrames.Create() : null;
        Type = type;
        PayloadLength = payload.Length;
        Frame = SharedBytes.Of(PreparedFrame.Create(Outgoing.OpcodeOf(type), payload));
    }

    internal MessageType Type { get; }

    internal int PayloadLength { get; }

    internal SharedBytes Frame { get; }

    internal CompressedFrames? Compressed { get; }

    /// <summary>Prepares a text message.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="compress">Whether it may be compressed, once for all who agreed to that: see <see cref="WebSocketConnection.Send(string, bool)"/>.</param>
    public static PreparedMessage FromText(string text, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(MessageType.Text, Encoding.UTF8.GetBytes(text), compress);
    }

    /// <summary>Prepares a message. The data is copied.</summary>
    /// <param name="type">Text or binary.</param>
    /// <param name="data">The payload. Text must be valid UTF-8: a receiver ends the connection over it if it is not.</param>
    /// <param name="compress">Whether it may be compressed, see <see cref="FromText"/>.</param>
    public static PreparedMessage FromBytes(MessageType type, ReadOnlySpan<byte> data, bool compress = true) => new(type, data, compress);
}
