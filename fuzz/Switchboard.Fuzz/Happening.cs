using Switchboard.Protocol.Connection;

namespace Switchboard.Fuzz;

/// <summary>An event that is kept, to be compared with another.</summary>
internal sealed record Happening(ProtocolEventKind Kind, byte[] Payload, CloseCode Code, string? Reason)
{
    internal static Happening Of(in ProtocolEvent received) => new(received.Kind, received.Payload.ToArray(), received.Code, received.Reason);

    internal static void ExpectSame(IReadOnlyList<Happening> expected, IReadOnlyList<Happening> actual, string sentence)
    {
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
        {
            FindingException.UnlessSame(expected.ElementAtOrDefault(i), actual.ElementAtOrDefault(i), sentence);
        }
    }

    public bool Equals(Happening? other) =>
        other is not null && Kind == other.Kind && Code == other.Code && Reason == other.Reason && Payload.AsSpan().SequenceEqual(other.Payload);

    public override int GetHashCode() => HashCode.Combine(Kind, Payload.Length, Code, Reason);

    public override string ToString() =>
        $"{Kind} {Convert.ToHexString(Payload.AsSpan(0, Math.Min(Payload.Length, 40)))} ({Payload.Length} bytes) {Code} {Reason}";
}
