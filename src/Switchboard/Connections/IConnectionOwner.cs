namespace Switchboard.Connections;

/// <summary>What a connection tells the object that users hold. Never two calls at once, but for <see cref="OnClosing"/>.</summary>
internal interface IConnectionOwner
{
    /// <summary>Messages can be sent, and none was received yet.</summary>
    /// <returns>When it is complete, or somebody listens, messages are received.</returns>
    ValueTask OnOpen();

    /// <summary>Whether anybody would get a message that came now.</summary>
    bool IsListening { get; }

    /// <returns>When it is complete, the next message is handed up.</returns>
    ValueTask OnMessage(MessageView message);

    /// <summary>Instead of <see cref="OnMessage"/>, from <see cref="ConnectionDriver.HandUpParts"/> on.</summary>
    /// <param name="part">A part of a message, in order. Of text a character may be cut.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <returns>When it is complete, the next part is handed up.</returns>
    ValueTask OnPart(MessageView part, bool isLast);

    /// <summary>How much of the message that comes in parts waits to be read, in bytes.</summary>
    long UnreadBytes { get; }

    void OnPong(ReadOnlySpan<byte> payload);

    /// <summary>The backlog is gone.</summary>
    void OnDrain();

    /// <summary>The peer has closed, or the connection has failed: the end follows. Called from any thread, perhaps twice.</summary>
    void OnClosing();

    /// <summary>Nothing follows. Called exactly once.</summary>
    void OnClosed(CloseOutcome outcome);

    /// <returns>What the handlers are called that such a call runs, for the log. Asked from any thread.</returns>
    string NameOf(HandlerKind kind);
}
