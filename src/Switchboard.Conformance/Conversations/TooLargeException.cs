namespace Switchboard.Conformance.Conversations;

/// <summary>The peer has refused a message that it was to echo, for its size or its number of fragments: it may have such a limit.</summary>
internal sealed class TooLargeException(int size, int code) : Exception($"closed with {code} at a message of {size} bytes");
