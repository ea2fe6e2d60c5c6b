using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms;

/// <content>
/// The order of things: what is published waits while a batch is being appended; then all that waits is the next batch. Stored, then delivered, then answered.
/// </content>
public sealed partial class Room
{
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(1);

    // Guarded by the gate.
    private List<Publication>? _waiting;
    private bool _isPumping;
    private bool _isBehind;
    private bool _isResting;

    /// <summary>
    /// Publishes: the answer comes to <paramref name="publication"/>, exactly once, unless it is refused here. Complete at once, unless there are
    /// <see cref="RoomHooks"/> that think about it; a member's next message should wait for that.
    /// </summary>
    /// <returns>Null if the room has taken it, or why not: its methods are not called then.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="publication"/> is null.</exception>
    public ValueTask<Refusal?> TryPublishAsync(Publication publication)
    {
        ArgumentNullException.ThrowIfNull(publication);
        return _core.Options.Hooks is null ? new(TryPublish(publication)) : AskAndPublishAsync(publication);
    }

    private async ValueTask<Refusal?> AskAndPublishAsync(Publication publication) =>
        await _core.BeforePublishAsync(Name, publication).ConfigureAwait(false) ?? TryPublish(publication);

    private Refusal? TryPublish(Publication publication)
    {
        if (PayloadRule.Check(publication.Payload.Span, publication.Kind, Settings.MaxMessageBytes) is { } flaw)
        {
            return flaw;
        }

        lock (_gate)
        {
            if (publication.Member is { } member && RefusalFor(member) is { } refusal)
            {
                return refusal;
            }

            publication.Cost = RoomOutbox.CostOf(publication.Payload);
            if (!_outbox.TryReserve(publication.Cost))
            {
                return Refusal.Busy;
            }

            (_waiting ??= []).Add(publication);
        }

        StartPump();
        return null;
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
        return await TryPublishAsync(publication).ConfigureAwait(false) is { } refusal
            ? throw new RefusedException(refusal)
            : await publication.Outcome.ConfigureAwait(false);
    }

    /// <summary>Does what there is to do, unless somebody is at it. Whoever calls holds a use, as a member does.</summary>
    private void StartPump()
    {
        lock (_gate)
        {
            if (_isPumping || !_isOpen || !HasWork || !TryUse())
            {
                return;
            }

            _isPumping = true;
        }

        _ = PumpAsync();
    }

    // Under the gate.
    private bool HasWork => _waiting is not null || (_isBehind && !_isResting);

    private async Task PumpAsync()
    {
        while (TryTakeBatch(out var batch))
        {
            try
            {
                await RefillAsync().ConfigureAwait(false);
                if (batch.Count > 0)
                {
                    await CommitAsync(batch, await _log.AppendAsync(Name, batch, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
                    _directory.Touch(Name);
                }
            }
            catch (Exception fault)
            {
                // A catch-all: whatever a log throws, publishers wait for an answer.
                Refuse(batch, fault);
            }

            _outbox.Drain();
        }

        Release();
    }

    private bool TryTakeBatch([NotNullWhen(true)] out List<Publication>? batch)
    {
        lock (_gate)
        {
            _isPumping = HasWork;
            batch = _isPumping ? _waiting ?? [] : null;
            _waiting = null;
            return _isPumping;
        }
    }

    private async ValueTask CommitAsync(List<Publication> batch, LogReceipt receipt)
    {
        var done = 0;
        var news = _line is null ? null : new List<RoomMessage>();
        while (true)
        {
            done = CommitUpToGap(batch, receipt, done, news);
            foreach (var message in news ?? [])
            {
                _line!.Tell(message);
            }

            if (done == batch.Count)
            {
                return;
            }

            // Somebody else has published in between: what it said comes first.
            news?.Clear();
            lock (_gate)
            {
                _isBehind = true;
            }

            await RefillAsync().ConfigureAwait(false);
        }
    }

    private int CommitUpToGap(List<Publication> batch, LogReceipt receipt, int done, List<RoomMessage>? news)
    {
        lock (_gate)
        {
            for (var i = done; i < batch.Count; i++)
            {
                var (publication, place) = (batch[i], receipt.Places[i]);
                var isAhead = receipt.Epoch != _epoch || place.Sequence > _last + 1;
                if (isAhead && !place.IsRepeat)
                {
                    return i;
                }

                if (!place.IsRepeat && place.Sequence == _last + 1)
                {
                    var message = Placed(publication, place, receipt.Epoch);
                    Accept(message, publication.Member is { WantsEcho: false } member ? member : null, publication.Cost);
                    news?.Add(message);
                }
                else
                {
                    // A repeat, or a message that the log has brought already.
                    _outbox.GiveBack(publication.Cost);
                }

                _outbox.Add(new RoomStep.Answer(publication, place));
            }

            return batch.Count;
        }
    }

    private void Refuse(List<Publication> batch, Exception fault)
    {
        lock (_gate)
        {
            // Some of it may be stored: the log knows, when it can be read again.
            (_isBehind, _isResting) = (true, true);
        }

        if (batch.Count > 0)
        {
            RoomLog.AppendFailed(_core.Log, fault, Name.Encoded, batch.Count);
        }
        else
        {
            RoomLog.ReadFailed(_core.Log, fault, Name.Encoded);
        }

        foreach (var publication in batch)
        {
            _outbox.GiveBack(publication.Cost);
            _core.Tell(Name, publication, Refusal.Unavailable, fault);
        }

        _ = RestAsync();
    }

    /// <summary>Looks into the log again after a moment. Publications that come meanwhile try it themselves.</summary>
    private async Task RestAsync()
    {
        if (!TryUse())
        {
            return;
        }

        await Task.Delay(_rest, _core.Time).ConfigureAwait(false);
        lock (_gate)
        {
            _isResting = false;
        }

        StartPump();
        Release();
    }

    private RoomMessage Placed(Publication publication, LogPlace place, Guid epoch) => new()
    {
        Room = Name,
        Epoch = epoch,
        Sequence = place.Sequence,
        Sender = publication.Sender,
        At = place.At,
        Id = publication.Id,
        Key = publication.Key,
        Kind = publication.Kind,
        Payload = publication.Payload,
    };
}
