using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>One end from its first byte on: the opening handshake, then the conversation.</summary>
internal sealed class Session(Role role)
{
    private readonly RequestReader _requests = new(HeadLimits.Default);
    private readonly ResponseReader _responses = new(HeadLimits.Default);
    private bool _isOpen;

    internal Endpoint Endpoint { get; } = new(role) { Replies = true };

    /// <summary>How the handshake went; null as long as it goes on.</summary>
    internal string? Handshake { get; private set; }

    internal void Feed(ReadOnlySpan<byte> bytes)
    {
        if (Handshake is null)
        {
            Handshake = role == Role.Server ? ReadRequest(ref bytes) : ReadResponse(ref bytes);
            _isOpen = Handshake == "open";
        }

        if (_isOpen)
        {
            Endpoint.Feed(bytes);
        }
    }

    private string? ReadRequest(ref ReadOnlySpan<byte> bytes) => _requests.TryRead(ref bytes, out var head, out var refusal) switch
    {
        ReadStatus.NeedsMore => null,
        ReadStatus.Invalid => $"{refusal!.Status} {refusal.Problem}",
        _ => ServerHandshake.Judge(head!, out _) is { } judged ? $"{judged.Status} {judged.Problem}" : "open",
    };

    private string? ReadResponse(ref ReadOnlySpan<byte> bytes) => _responses.TryRead(ref bytes, out var head, out var problem) switch
    {
        ReadStatus.NeedsMore => null,
        ReadStatus.Invalid => problem,
        _ => ClientHandshake.Judge(head!, Heads.Key, ["chat"], null, out _, out _) ?? "open",
    };
}
