namespace Conformance.Wire;

/// <summary>The peer did not do what the case wants. The message says what it did.</summary>
internal sealed class CaseFailedException(string seen) : Exception(seen);
