namespace Switchboard.LoadTest.Rooms;

/// <summary>A member that publishes: what is due when, and what of it is still under way.</summary>
internal sealed class Publisher
{
    // At a given pace, how many leave at once if they are late. Enough to catch up.
    private const int LargestBatch = 16;

    private readonly PublishTemplate _template;
    private readonly byte[] _frames;
    private readonly long[] _publishedAt;
    private readonly bool _wantsAcks;
    private readonly int _depth;
    private long _interval;
    private int _unsettled;
    private int _unacked;
    private int _next;
    private long _dueAt = long.MaxValue;

    public Publisher(RoomsLoad load, PublishTemplate template, int index, int member)
    {
        _template = template;
        _depth = load.Depth;
        _wantsAcks = load.HasAcks;
        _frames = new byte[Math.Max(_depth, LargestBatch) * template.FrameLength];
        _publishedAt = new long[load.MostInFlight];
        Index = index;
        Member = member;
    }

    /// <summary>Its number among all publishers of all processes.</summary>
    public int Index { get; }

    /// <summary>Its connection.</summary>
    public int Member { get; }

    /// <summary>Messages that somebody has not received, or that are not acknowledged, whichever are more.</summary>
    public int InFlight => Math.Max(_unsettled, _unacked);

    /// <summary>When there is something to publish, if nothing is received before; never if only that can help.</summary>
    public long WakesAt => MostNow > 0 ? _dueAt : long.MaxValue;

    private int MostNow => _interval == 0
        ? (InFlight == 0 ? _depth : 0)
        : Math.Min(LargestBatch, _publishedAt.Length - InFlight);

    /// <summary>From now on publishes a message every <paramref name="interval"/>; with an interval of zero, bursts as fast as they are received.</summary>
    public void Begin(long first, long interval)
    {
        _interval = interval;
        _dueAt = first;
    }

    public void Stop() => _dueAt = long.MaxValue;

    /// <summary>The frames of all messages that are due. They are stamped with the time they were due at: what is late has waited since then.</summary>
    public ReadOnlyMemory<byte> Compose(long now, out int count)
    {
        var most = MostNow;
        for (count = 0; count < most && _dueAt <= now; count++)
        {
            var at = _interval == 0 ? now : _dueAt;
            _publishedAt[_next % _publishedAt.Length] = at;
            _template.Write(_frames.AsSpan(count * _template.FrameLength, _template.FrameLength), new Stamp(Index, _next, at));
            _next++;
            _dueAt += _interval;
        }

        _unsettled += count;
        _unacked += _wantsAcks ? count : 0;
        return _frames.AsMemory(0, count * _template.FrameLength);
    }

    /// <summary>One more of its messages has reached everybody.</summary>
    public void OnSettled() => _unsettled--;

    /// <summary>One more is acknowledged; when it was published.</summary>
    public long OnAcknowledged(int number)
    {
        ref var at = ref _publishedAt[number % _publishedAt.Length];
        if (number >= _next || number < _next - _publishedAt.Length || at == 0)
        {
            throw new RunFailedException("A publisher received an ack that was not due.");
        }

        _unacked--;
        var publishedAt = at;
        at = 0;
        return publishedAt;
    }
}
