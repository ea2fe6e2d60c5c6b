namespace Switchboard.Rooms.Tests.Access;

public class RoomGrantsTests
{
    private static readonly RoomAction[] Single = [RoomAction.Read, RoomAction.Write, RoomAction.Manage];

    [Fact]
    public void What_no_pattern_allows_is_not_allowed()
    {
        var grants = Grants(("lobby", RoomAction.Read | RoomAction.Write), ("game-*", RoomAction.Read));

        Assert.True(grants.Allows(Say.Name("lobby"), RoomAction.Read));
        Assert.True(grants.Allows(Say.Name("lobby"), RoomAction.Write));
        Assert.True(grants.Allows(Say.Name("lobby"), RoomAction.Read | RoomAction.Write));
        Assert.False(grants.Allows(Say.Name("lobby"), RoomAction.Manage));
        Assert.True(grants.Allows(Say.Name("game-7"), RoomAction.Read));
        Assert.False(grants.Allows(Say.Name("game-7"), RoomAction.Write));
        Assert.False(grants.Allows(Say.Name("game-7"), RoomAction.Read | RoomAction.Write));
        Assert.All(Single, action => Assert.False(grants.Allows(Say.Name("elsewhere"), action)));
    }

    [Fact]
    public void Manage_includes_both_and_both_do_not_make_it()
    {
        var manager = Grants(("lobby", RoomAction.Manage));
        var member = Grants(("lobby", RoomAction.Read), ("lob*", RoomAction.Write));

        Assert.All(Single, action => Assert.True(manager.Allows(Say.Name("lobby"), action)));
        Assert.False(member.Allows(Say.Name("lobby"), RoomAction.Manage));
    }

    [Fact]
    public void Patterns_that_match_the_same_room_add_up()
    {
        var grants = Grants(("a-*", RoomAction.Read), ("*-b", RoomAction.Write));

        Assert.True(grants.Allows(Say.Name("a-b"), RoomAction.Read | RoomAction.Write));
        Assert.False(grants.Allows(Say.Name("a-c"), RoomAction.Read | RoomAction.Write));
    }

    [Fact]
    public void There_are_grants_for_nobody_for_anybody_and_for_the_application()
    {
        var room = Say.Name("any room 😀");

        Assert.All(Single, action => Assert.False(RoomGrants.None.Allows(room, action)));
        Assert.True(RoomGrants.ReadAndWrite.Allows(room, RoomAction.Read | RoomAction.Write));
        Assert.False(RoomGrants.ReadAndWrite.Allows(room, RoomAction.Manage));
        Assert.All(Single, action => Assert.True(RoomGrants.Everything.Allows(room, action)));
        Assert.True(RoomGrants.None.Allows(room, RoomAction.None));
    }

    [Fact]
    public void Later_changes_to_what_it_was_made_of_change_nothing()
    {
        Assert.True(RoomNameGlob.TryCreate("lobby", out var lobby, out _));
        var given = new Dictionary<RoomNameGlob, RoomAction> { [lobby] = RoomAction.Read };
        var grants = new RoomGrants(given);
        given[lobby] = RoomAction.Manage;

        Assert.False(grants.Allows(Say.Name("lobby"), RoomAction.Manage));
    }

    [Fact]
    public void Asking_takes_no_memory()
    {
        var grants = Grants(("a-*", RoomAction.Read), ("*x*y*", RoomAction.Write));
        var room = Say.Name("a-xy");
        Assert.True(grants.Allows(room, RoomAction.Write));

        var before = GC.GetAllocatedBytesForCurrentThread();
        grants.Allows(room, RoomAction.Write);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RoomGrants Grants(params (string Pattern, RoomAction Actions)[] grants) => new(grants.Select(grant =>
    {
        Assert.True(RoomNameGlob.TryCreate(grant.Pattern, out var glob, out _));
        return KeyValuePair.Create(glob, grant.Actions);
    }));
}
