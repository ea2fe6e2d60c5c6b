namespace Switchboard.Rooms.Tests;

/// <summary>Hands everything to its hearers, after what the test says. Counts the calls, and notes two of one room at once.</summary>
internal sealed class ToHearers(Action<RoomEvent>? first = null) : IRoomDelivery
{
    private int _calls;

    public int Calls => _calls;

    public void Deliver(RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        Interlocked.Increment(ref _calls);
        first?.Invoke(happening);
        foreach (var member in members)
        {
            ((Hearer)member).Hear(happening);
        }
    }

    public async ValueTask<bool> DeliverPastAsync(RoomMember member, IReadOnlyList<RoomMessage> page)
    {
        var hearer = (Hearer)member;
        if (hearer.Pace is { } pace && !await pace())
        {
            return false;
        }

        foreach (var message in page)
        {
            hearer.Hear(message);
        }

        return true;
    }

    public void CutOff(RoomMember member, Refusal refusal) => ((Hearer)member).CutOffWith = refusal;
}
