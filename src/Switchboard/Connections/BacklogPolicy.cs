namespace Switchboard;

/// <summary>What happens to a message sent to a peer that reads too slowly, once its backlog is full.</summary>
public enum BacklogPolicy
{
    /// <summary>The connection is closed with 1013. The default: the peer knows that it missed something, and can resume.</summary>
    Close,

    /// <summary>The message is dropped and Send answers false.</summary>
    Drop,
}
