using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms;

/// <content>
/// The order of things: what is published waits while a batch is being appended; then all that waits is the next batch. Stored, then delivered, then answered.
/// </content>
public sealed partial class Room
{
    // The thread that began may be one that others need, and a log in memory never lets it go.
    private const int BatchesInATurn = 64;

    // Guarded by the gate.
    private List<Publication>? _waiting;
    private bool _isPumping;

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
}
