using Switchboard.Rooms;

namespace Switchboard.Server.Identity;

/// <summary>What came of asking who somebody is: they are known, they may be anybody, or they are refused.</summary>
internal sealed class AuthenticationResult
{
    private readonly RoomIdentity? _identity;

    private AuthenticationResult(RoomIdentity? identity, AuthenticationFailure? failure) => (_identity, Failure) = (identity, failure);

    /// <summary>No keys are configured: they are who they say they are.</summary>
    internal static AuthenticationResult Anonymous { get; } = new(null, null);

    /// <summary>Why they are refused; null if they are not.</summary>
    internal AuthenticationFailure? Failure { get; }

    internal bool IsAnonymous => _identity is null && Failure is null;

    public static implicit operator AuthenticationResult(AuthenticationFailure failure) => new(null, failure);

    public static implicit operator AuthenticationResult(RoomIdentity identity) => new(identity, null);

    /// <summary>Who they are, if they need not say it: by the name that they have said, or else by one that they are given.</summary>
    /// <param name="saidName">What they say that they are called; null if nothing. With a token it has no say.</param>
    /// <param name="givenName">What they are called if they say nothing.</param>
    /// <exception cref="InvalidOperationException">They are refused.</exception>
    internal RoomIdentity ToIdentity(string? saidName, string givenName) =>
        IsAnonymous && saidName is null ? RoomIdentity.Unnamed(givenName) : ToIdentity(saidName ?? givenName);

    /// <summary>Who they are.</summary>
    /// <param name="anonymousName">What they are called if they are who they say they are; with a token it has no say.</param>
    /// <exception cref="InvalidOperationException">They are refused.</exception>
    /// <exception cref="ArgumentException">They are anonymous, and the name is no display name.</exception>
    internal RoomIdentity ToIdentity(string anonymousName) =>
        Failure is null ? _identity ?? RoomIdentity.Anonymous(anonymousName) : throw new InvalidOperationException("Who was refused is nobody.");
}
