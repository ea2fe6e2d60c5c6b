namespace Switchboard.Rooms;

/// <content>What nodes tell each other. The log is the truth: whoever sees a gap in the sequence reads what it lacks.</content>
public sealed partial class Room
{
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
                    _isBehind = true;
                    break;
                case PresenceChange change:
                    NoteForNewcomers(change, null);
                    _outbox.Add(new RoomStep.Say(change, null, 0));
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
            _isBehind = true;
        }

        StartPump();
    }

    private void TellOthers(RoomEvent news)
    {
        try
        {
            _line?.Tell(news);
        }
        catch (Exception fault)
        {
            // A catch-all: what others did not hear they find in the log, and here it has happened.
            RoomLog.BackplaneFailed(_core.Log, fault, Name.Encoded);
        }
    }

    /// <summary>The room as the backplane sees it.</summary>
    private sealed class Listener(Room room) : IBackplaneListener
    {
        public void OnNews(RoomEvent news) => room.OnNews(news);

        public void OnInterruption() => room.OnInterruption();
    }
}
