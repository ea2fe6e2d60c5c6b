namespace Switchboard.Conformance.Deflate;

/// <summary>Data that is not DEFLATE, or not as it was agreed.</summary>
internal sealed class InvalidDeflateException(string problem) : Exception(problem);
