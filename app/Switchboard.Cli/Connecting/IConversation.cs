namespace Switchboard.Cli.Connecting;

/// <summary>Who is told what comes, one thing at a time and in order.</summary>
internal interface IConversation
{
    /// <summary>A connection is made.</summary>
    /// <param name="protocol">The subprotocol that was agreed on, or "".</param>
    /// <param name="extensions">The extensions that were agreed on, or "".</param>
    void Opened(string protocol, string extensions);

    /// <summary>A message has come. Until this returns no other is read, so a slow reader slows the server down.</summary>
    void Received(MessageView message);

    /// <summary>A pong has come that answers a ping of ours.</summary>
    void Ponged(TimeSpan roundTrip);

    /// <summary>A connection has ended, or was not made, and another one is tried.</summary>
    /// <param name="ending">How it has ended.</param>
    /// <param name="delay">When it is tried.</param>
    void Interrupted(Ending ending, TimeSpan delay);

    /// <summary>The connection has ended, and no other one follows.</summary>
    void Ended(Ending ending);
}
