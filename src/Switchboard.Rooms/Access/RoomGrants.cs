namespace Switchboard.Rooms;

/// <summary>What is allowed in which rooms. What no pattern allows is not allowed. Immutable, and safe from any thread.</summary>
public sealed class RoomGrants
{
    private readonly (RoomNameGlob Rooms, RoomAction Actions)[] _grants;

    /// <param name="grants">Patterns and what is allowed in the rooms that they match. Of several that match a room each adds to it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="grants"/> is null.</exception>
    public RoomGrants(IEnumerable<KeyValuePair<RoomNameGlob, RoomAction>> grants)
    {
        ArgumentNullException.ThrowIfNull(grants);
        _grants = [.. grants.Select(static grant => (grant.Key, grant.Value))];
    }

    /// <summary>Nothing, anywhere.</summary>
    public static RoomGrants None { get; } = new([]);

    /// <summary>Reading and writing in every room, managing in none: what those get who need not say who they are.</summary>
    public static RoomGrants ReadAndWrite { get; } = new([KeyValuePair.Create(RoomNameGlob.Any, RoomAction.Read | RoomAction.Write)]);

    /// <summary>Everything in every room: for an application's own code.</summary>
    public static RoomGrants Everything { get; } = new([KeyValuePair.Create(RoomNameGlob.Any, RoomAction.Manage)]);

    /// <summary>Whether all of <paramref name="action"/> is allowed in <paramref name="room"/>. Takes no memory.</summary>
    /// <param name="room">The room.</param>
    /// <param name="action">One action, or several of which each must be allowed. <see cref="RoomAction.None"/> always is.</param>
    /// <exception cref="ArgumentNullException"><paramref name="room"/> is null.</exception>
    public bool Allows(RoomName room, RoomAction action)
    {
        ArgumentNullException.ThrowIfNull(room);
        var missing = action;
        foreach (var (rooms, actions) in _grants)
        {
            if (missing == RoomAction.None)
            {
                break;
            }

            if ((missing & actions) != RoomAction.None && rooms.Matches(room))
            {
                missing &= ~actions;
            }
        }

        return missing == RoomAction.None;
    }
}
