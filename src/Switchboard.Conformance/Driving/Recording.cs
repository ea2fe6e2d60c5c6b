using Switchboard.Conformance.Handshake;

namespace Switchboard.Conformance.Driving;

/// <summary>What a case says to its peer after the opening handshake, for who wants to say it again.</summary>
internal sealed class Recording
{
    // A case runs in a flow of its own, so its recording is found from wherever it sends.
    private static readonly AsyncLocal<Recording?> OfFlow = new();

    private readonly List<byte> _bytes = [];

    internal Agreement? Agreement { get; private set; }

    internal IReadOnlyList<byte> Bytes => _bytes;

    /// <summary>Begins one for the case that is about to be played here.</summary>
    internal static Recording Begin() => OfFlow.Value = new Recording();

    internal static void Add(Agreement? agreement, ReadOnlySpan<byte> bytes)
    {
        if (OfFlow.Value is { } recording)
        {
            recording.Agreement = agreement;
            recording._bytes.AddRange(bytes);
        }
    }
}
