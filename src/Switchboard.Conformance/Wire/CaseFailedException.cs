namespace Switchboard.Conformance.Wire;

/// <summary>The peer did not do what the case wants. The message says what it did.</summary>
internal sealed class CaseFailedException(string seen) : Exception(seen)
{
    /// <summary>Whether it did nothing until our patience ended.</summary>
    internal bool IsSilence { get; init; }
}
