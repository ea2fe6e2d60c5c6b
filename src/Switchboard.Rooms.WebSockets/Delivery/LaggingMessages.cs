namespace Switchboard.Rooms.WebSockets;

/// <summary>
/// What waits for a member that is slow, in a room that leaves some out: the newest, or the latest message of each key. It gets that when what was sent
/// before has gone. Safe from any thread.
/// </summary>
internal sealed class LaggingMessages
{
    private readonly Lock _gate = new();
    private readonly LinkedList<RoomEvent> _waiting = new();
    private readonly Dictionary<string, LinkedListNode<RoomEvent>>? _latest;
    private readonly ServerWebSocket _socket;
    private readonly SocketDelivery _delivery;
    private readonly RoomSocketOptions _options;
    private bool _isSlow;
    private bool _isOver;

    public LaggingMessages(SlowMemberPolicy policy, ServerWebSocket socket, SocketDelivery delivery, RoomSocketOptions options)
    {
        _latest = policy == SlowMemberPolicy.KeepLatest ? [] : null;
        _socket = socket;
        _delivery = delivery;
        _options = options;
        socket.OnDrain += Flush;
    }

    /// <summary>Keeps something back, or sends it, if the member is slow. False: send it.</summary>
    public bool TryKeep(RoomEvent happening)
    {
        lock (_gate)
        {
            switch (happening)
            {
                case RoomJoined:
                    return false;
                case RoomReset:
                    // What waits is of before, and would come behind it.
                    Clear();
                    return false;
                case var _ when !_isSlow && _socket.BufferedAmount < _options.SlowFromBytes:
                    return false;
                case var _ when !_isSlow:
                    Try(happening);
                    return true;
                default:
                    Keep(happening);
                    break;
            }
        }

        if (_socket.BufferedAmount == 0)
        {
            // It has caught up in this very moment, and will not say so again.
            Flush();
        }

        return true;
    }

    /// <summary>The member has left: nothing of this room is sent any more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            Clear();
        }

        _socket.OnDrain -= Flush;
    }

    // Much may wait because nothing leaves before the end of a batch, and not because the member is slow: this makes it leave.
    private void Try(RoomEvent happening)
    {
        var sending = _delivery.SendAsync(_socket, happening);
        if (!sending.IsCompleted)
        {
            _ = sending.AsTask();
            _isSlow = _socket.BufferedAmount > 0;
        }
    }

    private void Keep(RoomEvent happening)
    {
        if (_latest is not null && happening is RoomMessage { Key: { } key })
        {
            if (_latest.Remove(key, out var older))
            {
                _waiting.Remove(older);
                RoomMetrics.Dropped(SlowMemberPolicy.KeepLatest);
            }

            _latest.Add(key, _waiting.AddLast(happening));
        }
        else
        {
            _waiting.AddLast(happening);
        }

        if (_waiting.Count > _options.MaxMessagesOfSlowMember)
        {
            TakeFirst();
            RoomMetrics.Dropped(SlowMemberPolicy.DropOldest);
        }
    }

    private RoomEvent TakeFirst()
    {
        var first = _waiting.First!.Value;
        _waiting.RemoveFirst();
        if (_latest is not null && first is RoomMessage { Key: { } key })
        {
            _latest.Remove(key);
        }

        return first;
    }

    private void Clear()
    {
        _waiting.Clear();
        _latest?.Clear();
        _isSlow = false;
    }

    private void Flush()
    {
        using var batch = SendBatch.Begin();
        lock (_gate)
        {
            while (!_isOver && _waiting.Count > 0 && _socket.BufferedAmount < _options.SlowFromBytes)
            {
                _delivery.Send(_socket, TakeFirst());
            }

            _isSlow = _waiting.Count > 0;
        }
    }
}
