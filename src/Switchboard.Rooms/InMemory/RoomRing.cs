namespace Switchboard.Rooms;

/// <summary>One room's messages in memory. Guarded by the log.</summary>
internal sealed class RoomRing
{
    private const int BytesBesidePayload = 128;

    private readonly Queue<(RoomMessage Message, string Publisher)> _messages = new();
    private Dictionary<(string Publisher, string Id), RoomMessage>? _byId;
    private long _last;

    public RoomRing(RoomName name, Guid epoch)
    {
        (Name, Epoch) = (name, epoch);
        Place = new LinkedListNode<RoomRing>(this);
    }

    public RoomName Name { get; }

    public Guid Epoch { get; }

    /// <summary>Its place among the rooms, by when they were last written to.</summary>
    public LinkedListNode<RoomRing> Place { get; }

    public int Count => _messages.Count;

    /// <summary>Payload of all messages, and what they take beside it.</summary>
    public long Bytes { get; private set; }

    private long PayloadBytes => Bytes - ((long)Count * BytesBesidePayload);

    private long First => _last - Count + 1;

    public LogPlace Append(LogEntry entry, int capacity)
    {
        if (entry.Id is { } id && _byId?.GetValueOrDefault((entry.Publisher, id)) is { } before)
        {
            return new LogPlace(before.Sequence, before.At, IsRepeat: true);
        }

        var place = new LogPlace(++_last, DateTimeOffset.FromUnixTimeMilliseconds(entry.At.ToUnixTimeMilliseconds()), IsRepeat: false);
        var message = RoomMessage.Of(entry, Name, Epoch, place);
        _messages.Enqueue((message, entry.Publisher));
        Bytes += BytesBesidePayload + message.Payload.Length;
        if (entry.Id is not null)
        {
            (_byId ??= []).Add((entry.Publisher, entry.Id), message);
        }

        while (Count > capacity)
        {
            ForgetOldest();
        }

        return place;
    }

    public HistoryPage Read(HistoryQuery query)
    {
        // Sequences are gapless, so the place of a message is known by its sequence.
        var (from, to) = query.After is { } after
            ? (Math.Max(Math.Min(after, _last) + 1, First), _last)
            : (First, Math.Min(query.Before!.Value - 1, _last));
        var wanted = query.After is not null
            ? _messages.Skip((int)Math.Clamp(from - First, 0, Count))
            : _messages.Take((int)Math.Clamp(to - First + 1, 0, Count)).Reverse();

        List<RoomMessage> page = [];
        var bytes = 0L;
        var hasMore = false;
        foreach (var (message, _) in wanted)
        {
            bytes += message.Payload.Length;
            if (page.Count == query.Limit || (page.Count > 0 && bytes > query.MaxBytes))
            {
                hasMore = true;
                break;
            }

            page.Add(message);
        }

        if (query.Before is not null)
        {
            page.Reverse();
        }

        return new HistoryPage(Epoch, First, _last, page, hasMore);
    }

    public bool IsBeyond(Retention retention, DateTimeOffset now) => Count > 0 &&
        ((Count > retention.MaxMessages && Count > 1)
            || (PayloadBytes > retention.MaxBytes && Count > 1)
            || now - _messages.Peek().Message.At > retention.MaxAge);

    public void ForgetOldest()
    {
        var (message, publisher) = _messages.Dequeue();
        Bytes -= BytesBesidePayload + message.Payload.Length;
        if (message.Id is { } id)
        {
            _byId!.Remove((publisher, id));
        }
    }
}
