namespace Switchboard.Conformance;

/// <summary>How one case went.</summary>
/// <param name="Id">Group, section and number, such as 6.4.12. It stays the same from version to version.</param>
/// <param name="Sentence">What happens in the case, and what must.</param>
/// <param name="Section">Where that is written, such as §5.4 of RFC 6455, or "RFC 7692 §7.2.1".</param>
/// <param name="Verdict">"OK", "FAILED", "not offered" (the peer has no compression, and need not) or "limit" (the message is larger than it takes).</param>
/// <param name="Seen">What was seen instead of what must be; "" if the verdict is OK.</param>
public sealed record ConformanceResult(string Id, string Sentence, string Section, string Verdict, string Seen);
