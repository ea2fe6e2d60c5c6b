using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms;

/// <summary>What all rooms of a directory share.</summary>
internal sealed class RoomCore(RoomOptions options, IDeliveryBatch? batch, ILogger logger)
{
    public RoomOptions Options => options;

    public TimeProvider Time => options.TimeProvider;

    public IDeliveryBatch Batch { get; } = batch ?? new PlainBatch();

    public ILogger Log { get; } = new CalmLog(logger, options.TimeProvider);

    public IMessageLog Ephemeral { get; } = options.EphemeralLog ?? new InMemoryMessageLog();

    public IMessageLog Durable { get; } = options.Log ?? new InMemoryMessageLog();

    public IPresence Presence { get; } = options.Presence ?? new InMemoryPresence(options.TimeProvider);

    public IMessageLog LogFor(RoomSettings settings) => settings.Durable ? Durable : Ephemeral;

    public void Tell(RoomName room, Publication publication, LogPlace place)
    {
        try
        {
            publication.OnStored(place);
        }
        catch (Exception fault)
        {
            // A catch-all, as are those below: it is the application's own, and the room is not.
            RoomLog.ApplicationThrew(Log, fault, room.Encoded);
        }

        if (options.Hooks is { } hooks && !place.IsRepeat)
        {
            TellStored(hooks, room, publication, place);
        }
    }

    public void Tell(RoomName room, Publication publication, Refusal refusal, Exception? cause)
    {
        RoomMetrics.Refused(refusal);
        try
        {
            publication.OnRefused(refusal, cause);
        }
        catch (Exception fault)
        {
            RoomLog.ApplicationThrew(Log, fault, room.Encoded);
        }
    }

    public void TellJoined(Room room, RoomMember member)
    {
        try
        {
            options.Hooks?.Joined(room, member);
        }
        catch (Exception fault)
        {
            RoomLog.ApplicationThrew(Log, fault, room.Name.Encoded);
        }
    }

    public void TellLeft(Room room, RoomMember member)
    {
        try
        {
            options.Hooks?.Left(room, member);
        }
        catch (Exception fault)
        {
            RoomLog.ApplicationThrew(Log, fault, room.Name.Encoded);
        }
    }

    public async ValueTask<Refusal?> AuthorizeAsync(RoomHooks hooks, RoomName room, RoomIdentity who, CancellationToken cancellationToken)
    {
        try
        {
            return await hooks.AuthorizeAsync(room, who, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return Undecided(room, fault);
        }
    }

    public async ValueTask<Refusal?> BeforePublishAsync(RoomHooks hooks, RoomName room, Publication publication)
    {
        try
        {
            return await hooks.BeforePublishAsync(room, publication, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            return Undecided(room, fault);
        }
    }

    private void TellStored(RoomHooks hooks, RoomName room, Publication publication, LogPlace place)
    {
        try
        {
            hooks.AfterPublish(room, publication, place);
        }
        catch (Exception fault)
        {
            RoomLog.ApplicationThrew(Log, fault, room.Encoded);
        }
    }

    /// <summary>Code that fails to decide has not allowed it.</summary>
    private Refusal Undecided(RoomName room, Exception fault)
    {
        RoomLog.ApplicationThrew(Log, fault, room.Encoded);
        return Refusal.Failed;
    }

    private sealed class PlainBatch : IDeliveryBatch
    {
        public void Run(Action delivering) => delivering();
    }
}
