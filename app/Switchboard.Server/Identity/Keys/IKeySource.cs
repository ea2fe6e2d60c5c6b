namespace Switchboard.Server.Identity.Keys;

/// <summary>Where the keys come from that tokens are checked with. Safe from any thread.</summary>
internal interface IKeySource
{
    /// <summary>Finds the keys that a token may be signed with: never any that the token itself names or brings.</summary>
    /// <param name="algorithm">The token's <c>alg</c>.</param>
    /// <param name="id">Its <c>kid</c>; null if it has none. Compared with the keys' own ids, and no more.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The keys, perhaps none; null if they cannot be had now.</returns>
    ValueTask<IReadOnlyList<VerificationKey>?> FindAsync(string algorithm, string? id, CancellationToken cancellationToken);
}
