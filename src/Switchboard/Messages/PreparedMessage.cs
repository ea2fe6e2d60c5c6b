using System.Text;
using Switchboard.Protocol.Frames;

namespace Switchboard;

/// <summary>
/// A message framed once, to be sent to any number of clients: see <see cref="ClientCollection.Broadcast(PreparedMessage, Func{ServerWebSocket, bool}?)"/>
/// and <see cref="ServerWebSocket.Send(PreparedMessage)"/>. Immutable, and safe from any thread.
/// </summary>
public sealed class PreparedMessage
{
    private PreparedMessage(MessageType type, ReadOnlySpan<byte> payload)
    {
        Type = type;
        PayloadLength = payload.Length;
        Frame = PreparedFrame.Create(type == MessageType.Text ? Opcode.Text : Opcode.Binary, payload);
    }

    internal byte[] Frame { get; }

    internal MessageType Type { get; }

    internal int PayloadLength { get; }

    /// <summary>Prepares a text message. A lone surrogate becomes U+FFFD.</summary>
    public static PreparedMessage FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(MessageType.Text, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Prepares a message. The data is copied.</summary>
    /// <param name="type">Text or binary.</param>
    /// <param name="data">The payload. Text must be valid UTF-8: a receiver ends the connection over it if it is not.</param>
    public static PreparedMessage FromBytes(MessageType type, ReadOnlySpan<byte> data) => new(type, data);
}
