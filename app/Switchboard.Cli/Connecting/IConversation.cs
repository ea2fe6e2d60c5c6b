namespace Switchboard.Cli.Connecting;

/// <summary>Who is told what comes, one thing at a time and in order.</summary>
internal interface IConversation
{
    /// <summary>The connection is made.</summary>
    /// <param name="protocol">The subprotocol that was agreed on, or "".</param>
    /// <param name="extensions">The extensions that were agreed on, or "".</param>
    void Opened(string protocol, string extensions);

    /// <summary>A message has come. Until this returns no other is read, so a slow reader slows the server down.</summary>
    void Received(MessageView message);

    /// <summary>A pong has come that answers a ping of ours.</summary>
    void Ponged(TimeSpan roundTrip);
}
