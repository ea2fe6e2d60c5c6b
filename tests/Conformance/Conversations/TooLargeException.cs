namespace Conformance.Conversations;

/// <summary>The peer has refused with 1009 a message that it was to echo: it may have such a limit.</summary>
internal sealed class TooLargeException(int size) : Exception($"closed with 1009 at a message of {size} bytes");
