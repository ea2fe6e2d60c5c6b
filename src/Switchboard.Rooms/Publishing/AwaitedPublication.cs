namespace Switchboard.Rooms;

/// <summary>A publication for those who await it.</summary>
internal sealed class AwaitedPublication : Publication
{
    // Whoever awaits must not hold up the room, which calls from within its own loop.
    private readonly TaskCompletionSource<LogPlace> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static AwaitedPublication Of(LogEntry entry) => new()
    {
        Payload = entry.Payload,
        Kind = entry.Kind,
        Sender = entry.Sender,
        Publisher = entry.Publisher,
        Id = entry.Id,
        Key = entry.Key,
        At = entry.At,
    };

    /// <summary>Its place, once a room has taken it and it is stored.</summary>
    /// <param name="taking">What the room says to it.</param>
    /// <exception cref="RefusedException">It was not stored, or nobody knows.</exception>
    internal async Task<LogPlace> PlaceAsync(ValueTask<Refusal?> taking)
    {
        try
        {
            return await taking.ConfigureAwait(false) is { } refusal ? throw new RefusedException(refusal) : await _outcome.Task.ConfigureAwait(false);
        }
        catch (LogUnavailableException fault)
        {
            throw new RefusedException(Refusal.Unavailable, fault);
        }
    }

    protected internal override void OnStored(LogPlace place) => _outcome.SetResult(place);

    protected internal override void OnRefused(Refusal refusal, Exception? cause) => _outcome.SetException(new RefusedException(refusal, cause));
}
