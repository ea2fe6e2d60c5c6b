using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms;

/// <summary>What all rooms of a directory share.</summary>
internal sealed class RoomCore(RoomOptions options, IDeliveryBatch? batch, ILogger log)
{
    public RoomOptions Options => options;

    public TimeProvider Time => options.TimeProvider;

    public IDeliveryBatch Batch { get; } = batch ?? new PlainBatch();

    public ILogger Log => log;

    public IMessageLog Ephemeral { get; } = options.EphemeralLog ?? new InMemoryMessageLog();

    public IMessageLog Durable { get; } = options.Log ?? new InMemoryMessageLog();

    public IPresence Presence { get; } = options.Presence ?? new InMemoryPresence(options.TimeProvider);

    public IMessageLog LogFor(RoomSettings settings) => settings.Durable ? Durable : Ephemeral;

    public void Tell(RoomName room, Publication publication, LogPlace place) => Guarded(room, () =>
    {
        publication.OnStored(place);
        if (!place.IsRepeat)
        {
            options.Hooks?.AfterPublish(room, publication, place);
        }
    });

    public void Tell(RoomName room, Publication publication, Refusal refusal, Exception? cause) =>
        Guarded(room, () => publication.OnRefused(refusal, cause));

    public void TellJoined(Room room, RoomMember member) => Guarded(room.Name, () => options.Hooks?.Joined(room, member));

    public void TellLeft(Room room, RoomMember member) => Guarded(room.Name, () => options.Hooks?.Left(room, member));

    public ValueTask<Refusal?> AuthorizeAsync(RoomName room, RoomIdentity who, CancellationToken cancellationToken) =>
        options.Hooks is { } hooks ? DecidedAsync(room, () => hooks.AuthorizeAsync(room, who, cancellationToken)) : default;

    public ValueTask<Refusal?> BeforePublishAsync(RoomName room, Publication publication) =>
        options.Hooks is { } hooks ? DecidedAsync(room, () => hooks.BeforePublishAsync(room, publication, CancellationToken.None)) : default;

    private async ValueTask<Refusal?> DecidedAsync(RoomName room, Func<ValueTask<Refusal?>> decide)
    {
        try
        {
            return await decide().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A catch-all: code that fails to decide has not allowed it.
            RoomLog.ApplicationThrew(log, fault, room.Encoded);
            return Refusal.Failed;
        }
    }

    private void Guarded(RoomName room, Action telling)
    {
        try
        {
            telling();
        }
        catch (Exception fault)
        {
            // A catch-all: it is the application's own, and the room is not.
            RoomLog.ApplicationThrew(log, fault, room.Encoded);
        }
    }

    private sealed class PlainBatch : IDeliveryBatch
    {
        public void Run(Action delivering) => delivering();
    }
}
