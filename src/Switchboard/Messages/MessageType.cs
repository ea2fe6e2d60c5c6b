namespace Switchboard;

/// <summary>The two kinds of message (RFC 6455 §5.6).</summary>
public enum MessageType
{
    /// <summary>UTF-8 text. What is received is valid; what is not ends the connection with 1007.</summary>
    Text,

    /// <summary>Bytes, whose meaning is the application's.</summary>
    Binary,
}
