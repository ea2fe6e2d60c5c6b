namespace Switchboard.Protocol.Handshake;

/// <summary>Why a request is not upgraded: an HTTP status, a sentence, and a header that the status calls for.</summary>
internal sealed record HandshakeRefusal(int Status, string Problem, string? HeaderName = null, string? HeaderValue = null)
{
    internal static HandshakeRefusal BadRequest(string problem) => new(400, problem);
}
