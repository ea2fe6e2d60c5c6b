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

    internal Task<LogPlace> Outcome => _outcome.Task;

    protected internal override void OnStored(LogPlace place) => _outcome.SetResult(place);

    protected internal override void OnRefused(Refusal refusal, Exception? cause) => _outcome.SetException(new RefusedException(refusal, cause));
}
