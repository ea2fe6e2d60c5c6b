using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Conformance.Handshake;

/// <summary>Sec-WebSocket-Key and the answer to it (RFC 6455 §1.3).</summary>
internal static class Key
{
    internal static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 §4.2.2 prescribes SHA-1.")]
    internal static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
