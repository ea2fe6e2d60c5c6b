using System.Diagnostics.Metrics;

namespace Switchboard.Rooms.WebSockets;

/// <summary>What is counted, under the meter <c>Switchboard.Rooms.WebSockets</c>.</summary>
internal static class RoomMetrics
{
    private static readonly Meter _meter = new("Switchboard.Rooms.WebSockets");

    private static readonly Counter<long> _dropped = _meter.CreateCounter<long>(
        "switchboard.rooms.messages.dropped", "{message}", "Messages that slow members were not given, by the policy of their room.");

    public static void Dropped(SlowMemberPolicy policy) => _dropped.Add(1, new KeyValuePair<string, object?>("policy", policy.ToString()));
}
