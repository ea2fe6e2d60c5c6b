namespace Switchboard.Conformance.Conversations;

/// <summary>The peer does not speak the extension that the case is about.</summary>
internal sealed class NotOfferedException(string seen) : Exception(seen);
