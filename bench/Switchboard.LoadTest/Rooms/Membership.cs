namespace Switchboard.LoadTest.Rooms;

/// <summary>A member of the load: its room, and its number there. The first members of a room are its publishers.</summary>
internal readonly record struct Membership(int Room, int Number)
{
    /// <summary>Those of one of the processes. Together the processes have each member once.</summary>
    public static IEnumerable<Membership> Of(RoomsLoad load, int client)
    {
        var (firstRoom, firstMember, roomStep, memberStep) = load.HasSharedRooms ? (0, client, 1, load.Clients) : (client, 0, load.Clients, 1);
        for (var room = firstRoom; room < load.Rooms; room += roomStep)
        {
            for (var member = firstMember; member < load.MembersPerRoom; member += memberStep)
            {
                yield return new Membership(room, member);
            }
        }
    }

    /// <summary>Its number among all publishers; null if it only receives.</summary>
    public int? Publisher(RoomsLoad load) => Number < load.PublishersPerRoom ? (Number * load.Rooms) + Room : null;
}
