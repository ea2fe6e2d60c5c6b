using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Protocol.Handshake;

/// <summary>Sec-WebSocket-Key and the answer to it (RFC 6455 §1.3, §4.2.2): proof that the server speaks WebSocket, not a secret.</summary>
internal static class AcceptKey
{
    /// <summary>A nonce is 16 bytes, 24 characters in base64.</summary>
    internal const int NonceSize = 16;

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>RFC 6455 §4.2.1: "a base64-encoded value that, when decoded, is 16 bytes in length".</summary>
    internal static bool IsValid(string key)
    {
        Span<byte> nonce = stackalloc byte[NonceSize + 2];
        return key.Length == 24 && Convert.TryFromBase64String(key, nonce, out var length) && length == NonceSize;
    }

    /// <summary>The answer is 20 bytes, 28 characters in base64.</summary>
    internal const int AnswerLength = 28;

    internal static string For(string key)
    {
        Span<byte> answer = stackalloc byte[AnswerLength];
        Write(key, answer);
        return Encoding.ASCII.GetString(answer);
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 §4.2.2 prescribes SHA-1; nothing relies on its strength.")]
    internal static void Write(string key, Span<byte> answer)
    {
        Span<byte> input = stackalloc byte[24 + 36];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        Encoding.ASCII.GetBytes(key, input);
        Guid.CopyTo(input[24..]);
        SHA1.HashData(input, hash);
        Base64.EncodeToUtf8(hash, answer, out _, out _);
    }
}
