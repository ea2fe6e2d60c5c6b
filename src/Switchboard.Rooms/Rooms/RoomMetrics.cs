using System.Diagnostics.Metrics;

namespace Switchboard.Rooms;

/// <summary>What is counted, under the meter <c>Switchboard.Rooms</c>: of all directories of the process together.</summary>
internal static class RoomMetrics
{
    // Boxed once.
    private static readonly object Yes = true;
    private static readonly object No = false;

    private static readonly Meter Source = new("Switchboard.Rooms");

    private static readonly Counter<long> Published = Source.CreateCounter<long>(
        "switchboard.rooms.messages.published", "{message}", "Messages that a log has taken from this node.");

    private static readonly Counter<long> Refusals = Source.CreateCounter<long>(
        "switchboard.rooms.refusals", "{refusal}", "What was refused to members and publishers, by code.");

    private static readonly Histogram<double> AppendDuration = Source.CreateHistogram<double>(
        "switchboard.rooms.append.duration", "s", "How long a log took for a batch of messages.");

    private static readonly UpDownCounter<long> Rooms = Source.CreateUpDownCounter<long>(
        "switchboard.rooms.active", "{room}", "Rooms in memory.");

    private static readonly UpDownCounter<long> Members = Source.CreateUpDownCounter<long>(
        "switchboard.rooms.members", "{member}", "Members on this node.");

    public static void Appended(int messages, TimeSpan duration, bool isDurable)
    {
        var durable = new KeyValuePair<string, object?>("durable", isDurable ? Yes : No);
        Published.Add(messages, durable);
        AppendDuration.Record(duration.TotalSeconds, durable);
    }

    public static void Refused(Refusal refusal) => Refusals.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));

    public static void RoomOpened() => Rooms.Add(1);

    public static void RoomClosed() => Rooms.Add(-1);

    public static void MemberJoined() => Members.Add(1);

    public static void MemberLeft() => Members.Add(-1);
}
