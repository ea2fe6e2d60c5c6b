namespace Switchboard.Rooms;

/// <content>How a room hears what it has missed of itself: other nodes' messages whose news was lost, and its own of which nobody knew whether they were stored.</content>
public sealed partial class Room
{
    private const int PageLength = 256;
    private const long PageBytes = 1024 * 1024;

    // Guarded by the gate.
    private long _stored; // The newest sequence that the log is known to have.
    private bool _isBehind; // The log may have more than is known.
    private bool _isUntold; // Of what it has more, others may not have been told.
    private TaskCompletionSource? _look;

    /// <summary>Has the log looked into. Complete when members here have heard what it had.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    private Task LookIntoLogAsync()
    {
        Task look;
        lock (_gate)
        {
            if (_uses == Gone)
            {
                return Task.CompletedTask;
            }

            _isBehind = true;
            look = (_look ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        StartPump();
        return look;
    }

    /// <summary>Reads what the log has and members here have not heard, if there may be something. For the pump alone, so it happens once at a time.</summary>
    /// <param name="upTo">The sequence to stop at.</param>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    private async ValueTask RefillAsync(long upTo = long.MaxValue)
    {
        while (TryTakeCursor(upTo, out var cursor))
        {
            var page = await _log.ReadAsync(Name, HistoryQuery.Behind(cursor, PageLength, PageBytes), CancellationToken.None).ConfigureAwait(false);
            foreach (var message in Take(page, cursor, upTo))
            {
                TellOthers(message);
            }

            _outbox.Drain();
        }
    }

    private bool TryTakeCursor(long upTo, out long cursor)
    {
        lock (_gate)
        {
            cursor = _last;
            if (!_isBehind && _last >= Math.Min(_stored, upTo))
            {
                _isUntold &= upTo != long.MaxValue;
                return false;
            }

            // What is said from now on may be missing from the page.
            _isBehind = false;
            return true;
        }
    }

    /// <returns>What others have to be told.</returns>
    private List<RoomMessage> Take(HistoryPage page, long cursor, long upTo)
    {
        lock (_gate)
        {
            var isReset = page.Epoch != _epoch || page.Last < cursor || page.First > _last + 1;
            if (isReset)
            {
                Reset(page);
            }

            var before = _last;
            List<RoomMessage> untold = [];
            foreach (var message in page.Messages)
            {
                if (message.Sequence == _last + 1 && message.Sequence <= upTo)
                {
                    Accept(message, null, 0);
                    if (_isUntold)
                    {
                        untold.Add(message);
                    }
                }
            }

            _stored = page.Last;
            return isReset || _last > cursor || before >= Math.Min(page.Last, upTo)
                ? untold
                : throw new LogUnavailableException($"The log has messages up to {page.Last}, but does not give the one behind {cursor}.");
        }
    }
}
