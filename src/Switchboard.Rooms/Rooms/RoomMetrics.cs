using System.Diagnostics.Metrics;

namespace Switchboard.Rooms;

/// <summary>What is counted, under the meter <c>Switchboard.Rooms</c>: of all directories of the process together.</summary>
internal static class RoomMetrics
{
    // Boxed once.
    private static readonly object _yes = true;
    private static readonly object _no = false;

    private static readonly Meter _meter = new("Switchboard.Rooms");

    private static readonly Counter<long> _published = _meter.CreateCounter<long>(
        "switchboard.rooms.messages.published", "{message}", "Messages that a log has taken from this node.");

    private static readonly Counter<long> _refused = _meter.CreateCounter<long>(
        "switchboard.rooms.refusals", "{refusal}", "What was refused to members and publishers, by code.");

    private static readonly Histogram<double> _appendDuration = _meter.CreateHistogram<double>(
        "switchboard.rooms.append.duration", "s", "How long a log took for a batch of messages.");

    private static readonly UpDownCounter<long> _rooms = _meter.CreateUpDownCounter<long>(
        "switchboard.rooms.active", "{room}", "Rooms in memory.");

    private static readonly UpDownCounter<long> _members = _meter.CreateUpDownCounter<long>(
        "switchboard.rooms.members", "{member}", "Members on this node.");

    public static void Appended(int messages, TimeSpan duration, bool isDurable)
    {
        var durable = new KeyValuePair<string, object?>("durable", isDurable ? _yes : _no);
        _published.Add(messages, durable);
        _appendDuration.Record(duration.TotalSeconds, durable);
    }

    public static void Refused(Refusal refusal) => _refused.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));

    public static void RoomOpened() => _rooms.Add(1);

    public static void RoomClosed() => _rooms.Add(-1);

    public static void MemberJoined() => _members.Add(1);

    public static void MemberLeft() => _members.Add(-1);
}
