namespace Switchboard.Rooms;

/// <content>
/// How stored messages get their place in the room's order, which is the order of the log: where others have published in between, what they said comes first.
/// </content>
public sealed partial class Room
{
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
}
