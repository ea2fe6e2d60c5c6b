using Switchboard.Conformance.Deflate;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Conversations;

/// <summary>What is sent to the tested peer and what must come from it, in order.</summary>
internal sealed class Script
{
    private readonly List<Func<Conversation, Task>> _steps = [];

    internal async Task PlayAsync(Conversation conversation)
    {
        foreach (var step in _steps)
        {
            await step(conversation);
        }
    }

    /// <summary>Sends frames in one piece.</summary>
    internal Script Send(params IEnumerable<Frame> frames) => Then(peer => peer.SendAsync(frames));

    /// <summary>Sends frames in pieces of so many bytes; 0 for one piece.</summary>
    internal Script SendChopped(int size, params IEnumerable<Frame> frames) =>
        size == 0 ? Send(frames) : Then(peer => peer.SendChoppedAsync(size, frames));

    /// <summary>Sends each frame in a piece of its own.</summary>
    internal Script SendEach(params IEnumerable<Frame> frames) => frames.Aggregate(this, (script, frame) => script.Send(frame));

    /// <summary>Sends a frame without its last bytes, which are held back for good.</summary>
    internal Script SendAllBut(int heldBack, Frame frame) => Then(peer => peer.SendAllButAsync(heldBack, frame));

    internal Script Hear(Frame message) => Then(peer => peer.HearMessageAsync(message.Opcode, message.Payload));

    /// <summary>Sends a message, which comes back.</summary>
    internal Script Echo(Frame message) => Send(message).Hear(message);

    /// <summary>Sends a message compressed as it was agreed, which comes back, compressed or not.</summary>
    internal Script EchoCompressed(Frame message, BlockStyle style) => SendCompressed(message, style).Hear(message);

    internal Script SendCompressed(Frame message, BlockStyle style) => Then(peer => peer.SendAsync(peer.Compress(message, style)));

    internal Script HearPong(byte[] payload) => Then(peer => peer.HearControlAsync(Opcode.Pong, payload));

    /// <summary>We close, the peer answers with the same code, and the connection ends.</summary>
    internal Script Close() => Then(peer => peer.CloseInOrderAsync());

    /// <summary>Our close frame is among what was sent: it is answered with one of these codes, and the connection ends.</summary>
    internal Script IsClosed(params int[] codes) => Then(peer =>
    {
        peer.HasClosed();
        return peer.HearEndAsync(codes);
    });

    /// <summary>The peer fails the connection with one of these codes (RFC 6455 §7.1.7): before anything else comes.</summary>
    internal Script Fails(params int[] codes) => Then(peer => peer.HearEndAsync(codes));

    /// <summary>Ends our half of the TCP connection.</summary>
    internal Script EndSending() => Then(peer =>
    {
        peer.EndSending();
        return Task.CompletedTask;
    });

    /// <summary>The connection ends, and nothing else comes.</summary>
    internal Script IsEnded() => Then(peer => peer.HearDisconnectAsync());

    internal Script Then(Func<Conversation, Task> step)
    {
        _steps.Add(step);
        return this;
    }
}
