namespace Switchboard.Rooms.Tests;

/// <summary>Hands every message to its listeners; counts the calls.</summary>
internal sealed class ToListeners : IRoomDelivery
{
    private int _calls;

    public int Calls => _calls;

    public void Deliver(RoomMessage message, ReadOnlySpan<RoomMember> members)
    {
        Interlocked.Increment(ref _calls);
        foreach (var member in members)
        {
            ((Listener)member).Heard.Add(message);
        }
    }
}

/// <summary>First does what the test says, then hands the message on.</summary>
internal sealed class After(Action<RoomMessage> first) : IRoomDelivery
{
    private readonly ToListeners _then = new();

    public void Deliver(RoomMessage message, ReadOnlySpan<RoomMember> members)
    {
        first(message);
        _then.Deliver(message, members);
    }
}
