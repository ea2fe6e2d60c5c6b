namespace Switchboard.Rooms;

/// <content>How a message gets in: checked, asked about, and put among those that wait to be stored.</content>
public sealed partial class Room
{
    /// <summary>
    /// Publishes: the answer comes to <paramref name="publication"/>, exactly once, unless it is refused here. Complete at once, unless there are
    /// <see cref="RoomHooks"/> that think about it; a member's next message should wait for that.
    /// </summary>
    /// <returns>Null if the room has taken it, or why not: its methods are not called then.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="publication"/> is null.</exception>
    /// <exception cref="LogUnavailableException">Of a backend alone: where the room stands cannot be read.</exception>
    public ValueTask<Refusal?> TryPublishAsync(Publication publication)
    {
        ArgumentNullException.ThrowIfNull(publication);

        // A member keeps its room in memory; a backend's may be gone, and then there is another one.
        return publication.Member is null ? _directory.TryPublishAsync(Name, publication) : TakeAsync(publication);
    }

    /// <summary>Publishes, and waits until the message is stored.</summary>
    /// <param name="member">A member of this room; null for a backend.</param>
    /// <param name="payload">At most <see cref="RoomSettings.MaxMessageBytes"/>. Nobody writes to it any more.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Its id, for effect-once; null for none.</param>
    /// <returns>Its place.</returns>
    /// <exception cref="RefusedException">It was not stored, or nobody knows: <see cref="RefusedException.Refusal"/> tells why.</exception>
    public async Task<LogPlace> PublishAsync(RoomMember? member, ReadOnlyMemory<byte> payload, RoomMessageKind kind, string? id = null)
    {
        var publication = new AwaitedPublication
        {
            Member = member,
            Payload = payload,
            Kind = kind,
            Sender = member?.Name,
            Publisher = member?.Identity.Publisher ?? "",
            Id = id,
            At = _core.Time.GetUtcNow(),
        };
        return await publication.PlaceAsync(TryPublishAsync(publication)).ConfigureAwait(false);
    }

    /// <summary>As <see cref="TryPublishAsync"/>, for one who holds a use: a member does.</summary>
    internal ValueTask<Refusal?> TakeAsync(Publication publication) =>
        _core.Options.Hooks is { } hooks ? AskAndTakeAsync(hooks, publication) : new(Counted(Check(publication) ?? Take(publication, isAdmitted: false)));

    private async ValueTask<Refusal?> AskAndTakeAsync(RoomHooks hooks, Publication publication) => Counted(
        Check(publication)
        ?? Admit(publication)
        ?? await _core.BeforePublishAsync(hooks, Name, publication).ConfigureAwait(false)
        ?? Check(publication)
        ?? Take(publication, isAdmitted: true));

    private Refusal? Check(LogEntry entry) => PayloadRule.Check(entry.Payload.Span, entry.Kind, Settings.MaxMessageBytes);

    /// <summary>Whether its publisher may, before the application's own code is asked.</summary>
    private Refusal? Admit(Publication publication)
    {
        lock (_gate)
        {
            return publication.Member is { } member ? RefusalFor(member) : null;
        }
    }

    private Refusal? Take(Publication publication, bool isAdmitted)
    {
        lock (_gate)
        {
            if (publication.Member is { } member && (isAdmitted ? RefusalIfGone(member) : RefusalFor(member)) is { } refusal)
            {
                return refusal;
            }

            publication.Cost = RoomOutbox.CostOf(publication.Payload);
            if (!_outbox.TryReserve(publication.Cost))
            {
                return Refusal.Busy;
            }

            (_waiting ??= []).Add(publication);

            // Here, while the publisher certainly keeps the room in memory.
            if (!MayPump())
            {
                return null;
            }
        }

        _ = PumpAsync();
        return null;
    }

    /// <summary>Whether a member may say something now, which counts. Under the gate.</summary>
    private Refusal? RefusalFor(RoomMember sender)
    {
        if (RefusalIfGone(sender) is { } refusal)
        {
            return refusal;
        }

        if (!Settings.Allow(Name, sender.Identity, RoomAction.Write))
        {
            return Refusal.Forbidden(RoomAction.Write);
        }

        var wait = Settings.Rate is { } rate ? sender.Bucket.Take(rate, _core.Time) : TimeSpan.Zero;
        return wait > TimeSpan.Zero ? Refusal.TooFast(wait) : null;
    }

    private Refusal? RefusalIfGone(RoomMember sender) => sender.IsIn && sender.Room == this ? null : Refusal.NotJoined;

    private static Refusal? Counted(Refusal? refusal)
    {
        if (refusal is not null)
        {
            RoomMetrics.Refused(refusal);
        }

        return refusal;
    }
}
