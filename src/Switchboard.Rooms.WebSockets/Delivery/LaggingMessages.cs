namespace Switchboard.Rooms.WebSockets;

/// <summary>
/// The messages that wait for a member that is slow, in a room that leaves some out: the newest, or the latest of each key. It gets them when what was sent
/// before has gone. Safe from any thread.
/// </summary>
internal sealed class LaggingMessages
{
    private readonly Lock _gate = new();
    private readonly LinkedList<RoomMessage> _waiting = new();
    private readonly Dictionary<string, LinkedListNode<RoomMessage>>? _latest;
    private readonly ServerWebSocket _socket;
    private readonly SocketDelivery _delivery;
    private readonly RoomSocketOptions _options;

    public LaggingMessages(SlowMemberPolicy policy, ServerWebSocket socket, SocketDelivery delivery, RoomSocketOptions options)
    {
        _latest = policy == SlowMemberPolicy.KeepLatest ? [] : null;
        _socket = socket;
        _delivery = delivery;
        _options = options;
        socket.OnDrain += Flush;
    }

    /// <summary>Keeps a message back, if the member is slow. False: send it.</summary>
    public bool TryKeep(RoomMessage message)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && _socket.BufferedAmount < _options.SlowFromBytes)
            {
                return false;
            }

            Keep(message);
        }

        if (_socket.BufferedAmount == 0)
        {
            // It has caught up in this very moment, and will not say so again.
            Flush();
        }

        return true;
    }

    private void Keep(RoomMessage message)
    {
        if (_latest is not null && message.Key is { } key)
        {
            if (_latest.Remove(key, out var older))
            {
                _waiting.Remove(older);
                RoomMetrics.Dropped(SlowMemberPolicy.KeepLatest);
            }

            _latest.Add(key, _waiting.AddLast(message));
        }
        else
        {
            _waiting.AddLast(message);
        }

        if (_waiting.Count > _options.MaxMessagesOfSlowMember)
        {
            TakeFirst();
            RoomMetrics.Dropped(SlowMemberPolicy.DropOldest);
        }
    }

    private RoomMessage TakeFirst()
    {
        var first = _waiting.First!.Value;
        _waiting.RemoveFirst();
        if (_latest is not null && first.Key is { } key)
        {
            _latest.Remove(key);
        }

        return first;
    }

    private void Flush()
    {
        lock (_gate)
        {
            while (_waiting.Count > 0 && _socket.BufferedAmount < _options.SlowFromBytes)
            {
                _delivery.Send(_socket, TakeFirst());
            }
        }
    }
}
