namespace Switchboard.Rooms.ContractTests;

/// <summary>What every <see cref="IPresence"/> does, sentence by sentence. Derive from it, make an empty one for each test, and let its time pass.</summary>
public abstract class PresenceContract
{
    private static readonly RoomName Lobby = Room("lobby");
    private static readonly RoomName Attic = Room("attic");
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Makes one in which nobody is.</summary>
    protected abstract ValueTask<IPresence> CreateAsync();

    /// <summary>Lets so much of the time pass that leases run by.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    [Fact]
    public async Task Nobody_is_in_a_room_that_nobody_has_entered()
    {
        var presence = await CreateAsync();
        var page = await presence.ReadAsync(Lobby, 10, Stop);
        Assert.Equal(0, page.Count);
        Assert.Empty(page.Members);
    }

    [Fact]
    public async Task To_enter_and_to_leave_tells_how_many_there_are_now()
    {
        var presence = await CreateAsync();
        var node = await NewNode(presence);
        Assert.Equal(1, await presence.EnterAsync(Lobby, Member(node, 1), Stop));
        Assert.Equal(2, await presence.EnterAsync(Lobby, Member(node, 2), Stop));
        Assert.Equal(1, await presence.EnterAsync(Attic, Member(node, 3), Stop));
        Assert.Equal(1, await presence.LeaveAsync(Lobby, new MemberId(node, 1), Stop));
        Assert.Equal(0, await presence.LeaveAsync(Lobby, new MemberId(node, 2), Stop));
        Assert.Equal(1, (await presence.ReadAsync(Attic, 0, Stop)).Count);
    }

    [Fact]
    public async Task A_member_that_enters_twice_is_there_once()
    {
        var presence = await CreateAsync();
        var node = await NewNode(presence);
        await presence.EnterAsync(Lobby, Member(node, 1), Stop);
        Assert.Equal(1, await presence.EnterAsync(Lobby, Member(node, 1), Stop));
        Assert.Equal(0, await presence.LeaveAsync(Lobby, new MemberId(node, 1), Stop));
    }

    [Fact]
    public async Task Nothing_happens_when_one_leaves_that_is_not_there()
    {
        var presence = await CreateAsync();
        var node = await NewNode(presence);
        Assert.Equal(0, await presence.LeaveAsync(Lobby, new MemberId(node, 1), Stop));
        await presence.EnterAsync(Lobby, Member(node, 1), Stop);
        Assert.Equal(1, await presence.LeaveAsync(Lobby, new MemberId(node, 2), Stop));
        Assert.Equal(1, await presence.LeaveAsync(Lobby, new MemberId(Guid.NewGuid(), 1), Stop));
    }

    [Fact]
    public async Task The_first_members_are_listed_as_they_are_and_all_are_counted()
    {
        var presence = await CreateAsync();
        var node = await NewNode(presence);
        for (var i = 1; i <= 5; i++)
        {
            await presence.EnterAsync(Lobby, Member(node, i), Stop);
        }

        await presence.LeaveAsync(Lobby, new MemberId(node, 2), Stop);
        await presence.EnterAsync(Lobby, Member(node, 6), Stop);
        var page = await presence.ReadAsync(Lobby, 4, Stop);
        Assert.Equal(5, page.Count);
        Assert.Equal([Member(node, 1), Member(node, 3), Member(node, 4), Member(node, 5)], page.Members);
        Assert.Equal(5, (await presence.ReadAsync(Lobby, 100, Stop)).Members.Count);
        var counted = await presence.ReadAsync(Lobby, 0, Stop);
        Assert.Equal(5, counted.Count);
        Assert.Empty(counted.Members);
    }

    [Fact]
    public async Task Members_of_two_nodes_are_in_one_room_and_their_numbers_are_their_nodes()
    {
        var presence = await CreateAsync();
        var (a, b) = (await NewNode(presence), await NewNode(presence));
        await presence.EnterAsync(Lobby, Member(a, 1), Stop);
        Assert.Equal(2, await presence.EnterAsync(Lobby, Member(b, 1), Stop));
        Assert.Equal(1, await presence.LeaveAsync(Lobby, new MemberId(a, 1), Stop));
        Assert.Equal(b, Assert.Single((await presence.ReadAsync(Lobby, 10, Stop)).Members).Id.Node);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_not_new()
    {
        var presence = await CreateAsync();
        var node = Guid.NewGuid();
        Assert.True((await presence.RenewAsync(node, Lease, Stop)).IsNew);
        await PassAsync(Lease / 2);
        Assert.False((await presence.RenewAsync(node, Lease, Stop)).IsNew);
        await PassAsync(Lease / 2);
        Assert.False((await presence.RenewAsync(node, Lease, Stop)).IsNew);
    }

    [Fact]
    public async Task When_a_lease_runs_out_the_nodes_members_are_cleared_away_and_told_to_one()
    {
        var presence = await CreateAsync();
        var (alive, other, crashed) = (await NewNode(presence), await NewNode(presence), await NewNode(presence));
        await presence.EnterAsync(Lobby, Member(crashed, 1), Stop);
        await presence.EnterAsync(Attic, Member(crashed, 2), Stop);
        await presence.EnterAsync(Lobby, Member(alive, 1), Stop);

        await PassAsync(Lease / 2);
        Assert.Empty((await presence.RenewAsync(alive, Lease, Stop)).Departed);
        Assert.Empty((await presence.RenewAsync(other, Lease, Stop)).Departed);
        Assert.Equal(2, (await presence.ReadAsync(Lobby, 0, Stop)).Count);
        await PassAsync(Lease / 2);
        var renewals = await Task.WhenAll(presence.RenewAsync(alive, Lease, Stop).AsTask(), presence.RenewAsync(other, Lease, Stop).AsTask());

        var departed = renewals.SelectMany(renewal => renewal.Departed).OrderBy(each => each.Member.Id.Number);
        Assert.Equal([new DepartedMember(Lobby, Member(crashed, 1)), new DepartedMember(Attic, Member(crashed, 2))], departed);
        Assert.Equal(1, (await presence.ReadAsync(Lobby, 0, Stop)).Count);
        Assert.Equal(0, (await presence.ReadAsync(Attic, 0, Stop)).Count);
        Assert.Empty((await presence.RenewAsync(alive, Lease, Stop)).Departed);
    }

    [Fact]
    public async Task A_node_that_was_cleared_away_learns_it_and_enters_its_members_again()
    {
        var presence = await CreateAsync();
        var (alive, late) = (await NewNode(presence), await NewNode(presence));
        await presence.EnterAsync(Lobby, Member(late, 1), Stop);
        await PassAsync(Lease / 2);
        await presence.RenewAsync(alive, Lease, Stop);
        await PassAsync(Lease / 2);
        Assert.Single((await presence.RenewAsync(alive, Lease, Stop)).Departed);

        Assert.True((await presence.RenewAsync(late, Lease, Stop)).IsNew);
        Assert.Equal(1, await presence.EnterAsync(Lobby, Member(late, 1), Stop));
    }

    [Fact]
    public async Task A_node_that_is_late_keeps_its_members_while_nobody_has_looked()
    {
        var presence = await CreateAsync();
        var late = await NewNode(presence);
        await presence.EnterAsync(Lobby, Member(late, 1), Stop);
        await PassAsync(2 * Lease);
        var renewal = await presence.RenewAsync(late, Lease, Stop);
        Assert.Empty(renewal.Departed);
        Assert.Equal(renewal.IsNew ? 0 : 1, (await presence.ReadAsync(Lobby, 0, Stop)).Count);
    }

    [Fact]
    public async Task Many_enter_and_leave_at_once_and_the_count_is_right()
    {
        var presence = await CreateAsync();
        var node = await NewNode(presence);
        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => Task.Run(
            async () =>
            {
                await presence.EnterAsync(Lobby, Member(node, i), Stop);
                if (i % 2 == 0)
                {
                    await presence.LeaveAsync(Lobby, new MemberId(node, i), Stop);
                }
            },
            Stop)));
        Assert.Equal(100, (await presence.ReadAsync(Lobby, 0, Stop)).Count);
    }

    [Fact]
    public async Task Who_is_cancelled_before_does_not_wait()
    {
        var presence = await CreateAsync();
        var node = await NewNode(presence);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await presence.EnterAsync(Lobby, Member(node, 1), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await presence.LeaveAsync(Lobby, new MemberId(node, 1), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await presence.ReadAsync(Lobby, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await presence.RenewAsync(node, Lease, cancelled));
        Assert.Equal(0, (await presence.ReadAsync(Lobby, 0, Stop)).Count);
    }

    private static async Task<Guid> NewNode(IPresence presence)
    {
        var node = Guid.NewGuid();
        await presence.RenewAsync(node, Lease, Stop);
        return node;
    }

    private static PresentMember Member(Guid node, long number) => new(new MemberId(node, number), $"😀 {number}", Noon.AddSeconds(number));

    private static RoomName Room(string name) => RoomName.TryCreate(name, out var room, out var problem) ? room : throw new ArgumentException(problem);
}
