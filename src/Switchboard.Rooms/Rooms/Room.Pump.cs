using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms;

/// <content>
/// The order of things: what is published waits while a batch is being appended; then all that waits is the next batch. Stored, then delivered, then answered.
/// </content>
public sealed partial class Room
{
    // The thread that began may be one that others need, and a log in memory never lets it go.
    private const int BatchesInATurn = 64;

    private static readonly TimeSpan RestLength = TimeSpan.FromSeconds(1);

    // Guarded by the gate.
    private List<Publication>? _waiting;
    private bool _isPumping;
    private bool _isResting;

    private bool HasWork => _waiting is not null || _look is not null || ((_isBehind || _stored > _last) && !_isResting);

    /// <summary>Does what there is to do, unless somebody is at it.</summary>
    private void StartPump()
    {
        lock (_gate)
        {
            if (!MayPump())
            {
                return;
            }
        }

        _ = PumpAsync();
    }

    /// <summary>Whether to call <see cref="PumpAsync"/>, which somebody must do then. Under the gate.</summary>
    private bool MayPump() => !_isPumping && _isOpen && HasWork && TryUse() && (_isPumping = true);

    private async Task PumpAsync()
    {
        for (var turn = 1; TryTakeWork(out var batch, out var look); turn++)
        {
            if (turn % BatchesInATurn == 0)
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            try
            {
                await RefillAsync().ConfigureAwait(false);
                look?.SetResult();
                look = null;
                if (batch.Count > 0)
                {
                    await CommitAsync(batch, await AppendAsync(batch).ConfigureAwait(false)).ConfigureAwait(false);
                }
            }
            catch (Exception fault)
            {
                // A catch-all: whatever a log throws, publishers wait for an answer.
                look?.SetException(fault);
                Refuse(batch, fault);
            }

            _outbox.Drain();
        }

        Release();
    }

    private bool TryTakeWork([NotNullWhen(true)] out List<Publication>? batch, out TaskCompletionSource? look)
    {
        lock (_gate)
        {
            _isPumping = HasWork;
            (batch, look) = (_isPumping ? _waiting ?? [] : null, _look);
            (_waiting, _look) = (null, null);
            return _isPumping;
        }
    }

    private async ValueTask<LogReceipt> AppendAsync(List<Publication> batch)
    {
        var begun = _core.Time.GetTimestamp();
        var receipt = await _log.AppendAsync(Name, batch, CancellationToken.None).ConfigureAwait(false);
        RoomMetrics.Appended(receipt.Places.Count(place => !place.IsRepeat), _core.Time.GetElapsedTime(begun), Settings.Durable);
        _directory.Touch(Name);
        return receipt.Places.Count == batch.Count
            ? receipt
            : throw new LogUnavailableException($"The log gave {receipt.Places.Count} places to {batch.Count} messages.");
    }

    /// <summary>Gives messages that are stored their place in the room's order. Never fails: what is stored is stored.</summary>
    private async ValueTask CommitAsync(List<Publication> batch, LogReceipt receipt)
    {
        var news = _line is null ? null : new List<RoomMessage>();
        var done = 0;
        while ((done = CommitUpToGap(batch, receipt, done, news)) < batch.Count)
        {
            // Somebody else has published in between: what it said comes first.
            if (!await TryCloseGapAsync(receipt.Epoch, receipt.Places[done].Sequence).ConfigureAwait(false))
            {
                AnswerRest(batch, receipt, done, news);
                break;
            }
        }

        foreach (var message in news ?? [])
        {
            TellOthers(message);
        }
    }

    private int CommitUpToGap(List<Publication> batch, LogReceipt receipt, int done, List<RoomMessage>? news)
    {
        lock (_gate)
        {
            for (var i = done; i < batch.Count; i++)
            {
                var (publication, place) = (batch[i], receipt.Places[i]);
                if (!place.IsRepeat && (receipt.Epoch != _epoch || place.Sequence > _last + 1))
                {
                    return i;
                }

                if (!place.IsRepeat && place.Sequence == _last + 1)
                {
                    var message = RoomMessage.Of(publication, Name, receipt.Epoch, place);
                    var silent = publication.Member is { WantsEcho: false } member ? member : null;
                    silent?.NoteOwn(message);
                    Accept(message, silent, publication.Cost);
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

    private async ValueTask<bool> TryCloseGapAsync(Guid epoch, long before)
    {
        try
        {
            lock (_gate)
            {
                _isBehind = true;
            }

            await RefillAsync(before - 1).ConfigureAwait(false);
            lock (_gate)
            {
                return _epoch == epoch && _last >= before - 1;
            }
        }
        catch (Exception fault)
        {
            // A catch-all: the gap is closed later.
            RoomLog.ReadFailed(_core.Log, fault, Name.Encoded);
            Rest(isUsed: true);
            return false;
        }
    }

    /// <summary>They are stored, and that is what the answer says; members here hear them when the log can be read again.</summary>
    private void AnswerRest(List<Publication> batch, LogReceipt receipt, int done, List<RoomMessage>? news)
    {
        lock (_gate)
        {
            _isBehind = true;
            for (var i = done; i < batch.Count; i++)
            {
                _outbox.GiveBack(batch[i].Cost);
                _outbox.Add(new RoomStep.Answer(batch[i], receipt.Places[i]));
                if (!receipt.Places[i].IsRepeat)
                {
                    news?.Add(RoomMessage.Of(batch[i], Name, receipt.Epoch, receipt.Places[i]));
                }
            }
        }
    }

    private void Refuse(List<Publication> batch, Exception fault)
    {
        lock (_gate)
        {
            // Some of it may be stored: the log knows, when it can be read again.
            _isBehind = true;
            _isUntold |= batch.Count > 0;
        }

        Rest(isUsed: batch.Count > 0);
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
    }

    /// <summary>
    /// Looks into the log again after a moment. Publications that come meanwhile try it themselves. Without <paramref name="isUsed"/> the room is not
    /// kept in memory for that if nobody is in it.
    /// </summary>
    private void Rest(bool isUsed)
    {
        lock (_gate)
        {
            if (_isResting)
            {
                return;
            }

            _isResting = true;
            isUsed |= _memberCount > 0;
            if (isUsed)
            {
                UseOnceMore();
            }
        }

        _ = RestAsync(isUsed);
    }

    private async Task RestAsync(bool isUsed)
    {
        await Task.Delay(RestLength, _core.Time).ConfigureAwait(false);
        lock (_gate)
        {
            _isResting = false;
        }

        StartPump();
        if (isUsed)
        {
            Release();
        }
    }
}
