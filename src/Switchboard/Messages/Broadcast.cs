using System.Text;
using Switchboard.Connections;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>
/// One message on its way to many clients: framed once, and allocating nothing. Each client costs a reference, and what one thread broadcasts
/// in one go reaches each of them in one send.
/// <code>
/// using var broadcast = Broadcast.Text("hello");
/// foreach (var client in chosen)
/// {
///     broadcast.To(client);
/// }
/// </code>
/// </summary>
/// <remarks>It belongs to the thread that began it, and leaves when it is disposed, or at the end of the handler that it was begun in.</remarks>
public readonly ref struct Broadcast
{
    private readonly SharedBytes _frame;
    private readonly CompressedFrames? _compressed;
    private readonly MessageType _type;
    private readonly int _payloadLength;
    private readonly int _cork;

    private Broadcast(MessageType type, scoped in SharedBytes frame, int payloadLength, CompressedFrames? compressed)
    {
        _type = type;
        _frame = frame;
        _compressed = compressed;
        _payloadLength = payloadLength;
        _cork = Cork.Put();
    }

    /// <summary>Begins with a text message.</summary>
    /// <param name="text">A lone surrogate becomes U+FFFD.</param>
    /// <param name="compress">Whether it may be compressed, once for all who agreed to that: see <see cref="WebSocketConnection.Send(string, bool)"/>.</param>
    public static Broadcast Text(string text, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = Encoding.UTF8.GetByteCount(text);
        var frame = SharedRing.OfThread.Reserve(PreparedFrame.SizeFor(length));
        Encoding.UTF8.GetBytes(text, PreparedFrame.Begin(frame, Opcode.Text, length));
        return Of(MessageType.Text, SharedRing.OfThread.Commit(frame.Length), length, compress);
    }

    /// <summary>Begins with a message of either type. The data is copied, once for all.</summary>
    /// <param name="type">Text or binary.</param>
    /// <param name="data">The payload. Text must be valid UTF-8: a receiver ends the connection over it if it is not.</param>
    /// <param name="compress">Whether it may be compressed, see <see cref="Text"/>.</param>
    public static Broadcast Bytes(MessageType type, ReadOnlySpan<byte> data, bool compress = true)
    {
        var frame = SharedRing.OfThread.Reserve(PreparedFrame.SizeFor(data.Length));
        data.CopyTo(PreparedFrame.Begin(frame, Outgoing.OpcodeOf(type), data.Length));
        return Of(type, SharedRing.OfThread.Commit(frame.Length), data.Length, compress);
    }

    internal static Broadcast Of(PreparedMessage message) => new(message.Type, message.Frame, message.PayloadLength, message.Compressed);

    /// <summary>Gives the message to a client.</summary>
    /// <returns>False if it was not queued: the connection is not open, or its backlog is full.</returns>
    public bool To(ServerWebSocket client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendShared(_type, _frame, _payloadLength, _compressed);
    }

    /// <summary>Lets it leave. On the thread that began it, and the one begun last first; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Cork.TryPull(_cork))
        {
            _frame.Release();
            _compressed?.Return();
        }
    }

    private static Broadcast Of(MessageType type, scoped in SharedBytes frame, int payloadLength, bool compress) =>
        new(type, frame, payloadLength, compress ? CompressedFrames.Rent() : null);
}
