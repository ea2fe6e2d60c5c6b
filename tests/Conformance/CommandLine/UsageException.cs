namespace Conformance.CommandLine;

/// <summary>What was asked cannot be done. The message says what to do instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
