using System.Diagnostics.Metrics;

namespace Switchboard.Rooms.WebSockets;

/// <summary>What is counted, under the meter <c>Switchboard.Rooms.WebSockets</c>.</summary>
internal static class RoomMetrics
{
    private static readonly Meter Source = new("Switchboard.Rooms.WebSockets");

    private static readonly Counter<long> DroppedMessages = Source.CreateCounter<long>(
        "switchboard.rooms.messages.dropped", "{message}", "Messages that slow members were not given, by the policy of their room.");

    public static void Dropped(SlowMemberPolicy policy) => DroppedMessages.Add(1, new KeyValuePair<string, object?>("policy", policy.ToString()));
}
