namespace Switchboard.Rooms;

/// <content>What other nodes say. The log is the truth: whoever sees a gap in the sequence reads what it lacks.</content>
public sealed partial class Room
{
    private const int PageLength = 256;
    private const long PageBytes = 1024 * 1024;

    private void OnNews(RoomEvent news)
    {
        lock (_gate)
        {
            switch (news)
            {
                case RoomMessage message when _isOpen && message.Epoch == _epoch && message.Sequence <= _last:
                    return;
                case RoomMessage message when _isOpen && message.Epoch == _epoch && message.Sequence == _last + 1:
                    Accept(message, null, 0);
                    break;
                case RoomMessage:
                    (_isBehind, _isResting) = (true, false);
                    break;
                default:
                    _outbox.Add(new RoomStep.Say(news, null, 0));
                    break;
            }
        }

        StartPump();
        _outbox.Drain();
    }

    private void OnInterruption()
    {
        lock (_gate)
        {
            (_isBehind, _isResting) = (true, false);
        }

        StartPump();
    }

    // What came before the position was known.
    private void OnNewsWhileOpening() => StartPump();

    /// <summary>Reads what the log has and members here have not heard, if there may be something.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    private async ValueTask RefillAsync()
    {
        while (true)
        {
            long cursor;
            lock (_gate)
            {
                if (!_isBehind)
                {
                    return;
                }

                cursor = _last;
            }

            var page = await _log.ReadAsync(Name, HistoryQuery.Behind(cursor, PageLength, PageBytes), CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                if (page.Epoch != _epoch || page.Last < _last || page.First > _last + 1)
                {
                    Reset(page);
                }

                foreach (var message in page.Messages)
                {
                    if (message.Sequence == _last + 1)
                    {
                        Accept(message, null, 0);
                    }
                }

                _isBehind = _last < page.Last;
            }

            _outbox.Drain();
        }
    }

    /// <summary>The room as the backplane sees it.</summary>
    private sealed class Listener(Room room) : IBackplaneListener
    {
        public void OnNews(RoomEvent news) => room.OnNews(news);

        public void OnInterruption() => room.OnInterruption();
    }
}
