using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Switchboard.Rooms;

namespace Switchboard.Server.Identity.Tokens;

/// <summary>Reads what a token claims, once its signature is right: who, for whom, until when, and which rooms.</summary>
/// <param name="issuer">What <c>iss</c> must be; null for anything.</param>
/// <param name="audience">What must be among <c>aud</c>; null for anything.</param>
/// <param name="clockSkew">How far the issuer's clock may be off.</param>
internal sealed class TokenClaims(string? issuer, string? audience, TimeSpan clockSkew)
{
    // 31 December 9999 in seconds since 1970: the last day that a date of ours can be.
    private const double LastDay = 253_402_214_400;

    /// <returns>Whether there is an identity; else what is wrong, without repeating any of it.</returns>
    internal bool TryRead(JsonElement claims, DateTimeOffset now, [NotNullWhen(true)] out RoomIdentity? identity, [NotNullWhen(false)] out string? problem)
    {
        identity = null;
        problem = FindStranger(claims);
        if (problem is not null)
        {
            return false;
        }

        if (!TryReadLifetime(claims, now, out var expiresAt, out problem)
            || !TryReadName(claims, "sub", out var publisher, out problem)
            || !TryReadName(claims, "name", out var name, out problem))
        {
            return false;
        }

        if (publisher is null)
        {
            problem = "The token must say who it is for (sub).";
            return false;
        }

        if (!RoomsClaim.TryRead(claims, out var grants, out problem))
        {
            return false;
        }

        identity = new RoomIdentity(publisher, name ?? publisher, grants, expiresAt);
        return true;
    }

    // RFC 7519 §4.1.1, §4.1.3: a string; and a string or a list of them. Compared as they are.
    private string? FindStranger(JsonElement claims)
    {
        if (issuer is not null && !(claims.TryGetProperty("iss", out var iss) && Is(iss, issuer)))
        {
            return "The token is of another issuer (iss).";
        }

        var isForUs = audience is null
            || (claims.TryGetProperty("aud", out var aud)
                && (aud.ValueKind == JsonValueKind.Array ? aud.EnumerateArray().Any(one => Is(one, audience)) : Is(aud, audience)));
        return isForUs ? null : "The token is for another audience (aud).";
    }

    private bool TryReadLifetime(JsonElement claims, DateTimeOffset now, out DateTimeOffset expiresAt, [NotNullWhen(false)] out string? problem)
    {
        expiresAt = default;
        if (!TryReadDate(claims, "exp", out var expires, out problem) || !TryReadDate(claims, "nbf", out var notBefore, out problem))
        {
            return false;
        }

        if (expires is null)
        {
            problem = "The token must say when it expires (exp).";
            return false;
        }

        expiresAt = expires.Value + clockSkew;
        problem = now >= expiresAt ? "The token has expired."
            : notBefore - clockSkew > now ? "The token is not valid yet (nbf)."
            : null;
        return problem is null;
    }

    // RFC 7519 §2, NumericDate: seconds since 1970, with a fraction perhaps. A string of digits is not one.
    private static bool TryReadDate(JsonElement claims, string name, out DateTimeOffset? date, [NotNullWhen(false)] out string? problem)
    {
        (date, problem) = (null, null);
        if (!claims.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is not (> 0 and < LastDay))
        {
            problem = $"The token's claim '{name}' is no date: it must be a number, of seconds since 1970.";
            return false;
        }

        date = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }

    private static bool TryReadName(JsonElement claims, string claim, out string? name, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (!TokenText.TryReadText(claims, claim, out name))
        {
            problem = $"The token's claim '{claim}' must be a string.";
        }
        else if (name is not null && !DisplayName.IsValid(name, out var flaw))
        {
            problem = $"The token's claim '{claim}': {flaw}";
        }

        return problem is null;
    }

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
