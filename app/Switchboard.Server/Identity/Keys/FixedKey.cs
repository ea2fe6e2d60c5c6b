namespace Switchboard.Server.Identity.Keys;

/// <summary>The one key of the configuration.</summary>
internal sealed class FixedKey(VerificationKey key) : IKeySource
{
    public ValueTask<IReadOnlyList<VerificationKey>?> FindAsync(string algorithm, string? id, CancellationToken cancellationToken) =>
        new(key.Fits(algorithm, id) ? [key] : []);
}
