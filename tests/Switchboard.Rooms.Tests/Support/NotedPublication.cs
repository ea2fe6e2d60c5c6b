namespace Switchboard.Rooms.Tests;

/// <summary>A publication that notes its answers.</summary>
internal sealed class NotedPublication(Action? onAnswer = null) : Publication
{
    public List<LogPlace> Places { get; } = [];

    public List<Refusal> Refusals { get; } = [];

    public int Answers => Places.Count + Refusals.Count;

    public static NotedPublication Of(RoomMember? member, string text) =>
        new() { Member = member, Payload = Say.Bytes(text), Kind = RoomMessageKind.Text, Sender = member?.Name, At = DateTimeOffset.UnixEpoch };

    protected internal override void OnStored(LogPlace place)
    {
        Places.Add(place);
        onAnswer?.Invoke();
    }

    protected internal override void OnRefused(Refusal refusal, Exception? cause)
    {
        Refusals.Add(refusal);
        onAnswer?.Invoke();
    }
}
