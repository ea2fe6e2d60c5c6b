using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Switchboard.Server.Identity.Tokens;

/// <summary>
/// A signed token taken apart (RFC 7515 §3.1), before anything of it is believed. It is read strictly, so that there is one reading of it only: what
/// is said twice, nested deeply or not in UTF-8 is refused.
/// </summary>
internal sealed class TokenText
{
    internal const int MaxLength = 8 * 1024;

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private TokenText()
    {
    }

    internal required string Algorithm { get; init; }

    internal required string? KeyId { get; init; }

    /// <summary>The payload: an object.</summary>
    internal required JsonElement Claims { get; init; }

    /// <summary>What is signed: the first two parts as they came.</summary>
    internal required byte[] Signed { get; init; }

    internal required byte[] Signature { get; init; }

    internal static bool TryParse(string token, [NotNullWhen(true)] out TokenText? text, [NotNullWhen(false)] out string? problem)
    {
        text = null;
        if (token.Length > MaxLength)
        {
            problem = $"The token is longer than {MaxLength} characters.";
            return false;
        }

        // Three parts and not five: an encrypted one (RFC 7516) says nothing to us.
        if (token.AsSpan().ContainsAnyExcept(Letters) || token.Split('.') is not [var header, var payload, var signature]
            || Decode(signature) is not { } signatureBytes)
        {
            problem = "The token is not a signed JSON Web Token: three parts of base64url with dots between them.";
            return false;
        }

        if (!TryReadObject(header, out var head) || !TryReadObject(payload, out var claims))
        {
            problem = "The token does not hold JSON objects, or one with a name twice or nested too deeply.";
            return false;
        }

        // RFC 7515 §4.1.11: what must be understood, and is not, is refused. We understand no extension.
        if (head.TryGetProperty("crit", out _))
        {
            problem = "The token's header demands an extension.";
            return false;
        }

        if (!TryReadText(head, "alg", out var algorithm) || algorithm is null || !TryReadText(head, "kid", out var keyId))
        {
            problem = "The token's header must name its algorithm (alg) with a string, and its key (kid) with one or not at all.";
            return false;
        }

        text = new TokenText
        {
            Algorithm = algorithm,
            KeyId = keyId,
            Claims = claims,
            Signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]),
            Signature = signatureBytes,
        };
        problem = null;
        return true;
    }

    /// <summary>Reads a string that need not be there.</summary>
    /// <returns>False if there is something else than a string of whole characters.</returns>
    internal static bool TryReadText(JsonElement parent, string name, out string? text)
    {
        text = null;
        if (!parent.TryGetProperty(name, out var value))
        {
            return true;
        }

        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escape of half a surrogate pair, "\ud83d", is JSON but no text.
        }

        return text is not null;
    }

    private static bool TryReadObject(string base64Url, out JsonElement value)
    {
        value = default;
        try
        {
            value = Decode(base64Url) is { } json && Utf8.IsValid(json) ? JsonElement.Parse(json, Strict) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: a name with half a surrogate pair, which cannot be compared with others.
        }

        return value.ValueKind == JsonValueKind.Object;
    }

    private static byte[]? Decode(string base64Url)
    {
        try
        {
            return Base64Url.DecodeFromChars(base64Url);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
