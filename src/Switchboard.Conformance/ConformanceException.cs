namespace Switchboard.Conformance;

/// <summary>Nothing could be tested: nobody answers, or what was asked makes no sense. The message says which, and what to do.</summary>
/// <param name="message">A sentence, with its full stop.</param>
public sealed class ConformanceException(string message) : Exception(message);
