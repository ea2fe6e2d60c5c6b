using System.Text.Json;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>Who reads too slowly delays nobody, and what becomes of it is the room's policy.</summary>
public sealed class SlowMemberTests
{
    private const int Much = 2000;

    private static readonly string Kilobyte = new('x', 1000);

    [Fact]
    public async Task It_is_closed_when_its_backlog_is_full_and_the_room_goes_on()
    {
        await using var house = new House(Rooms(SlowMemberPolicy.Disconnect), maxBacklogBytes: 256 * 1024);
        var (slow, _) = await SlowAsync(house);
        var ada = await house.GuestAsync("lobby", "ada");
        var closed = new TaskCompletionSource<CloseCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        house.SocketOf("slow").OnClose += (code, _) => closed.SetResult(code);

        await TalkAsync(house, slow, ada);

        Assert.Equal(CloseCode.TryAgainLater, await closed.Task.Soon());
        await Patience.Until(async () => await house.NamesInAsync("lobby") is ["ada"]);
        var back = await house.JsonGuestAsync("lobby", "back", $"&since={Much - 100}");
        await back.MessagesAsync(Much - 99, Much);
    }

    [Fact]
    public async Task Where_a_server_drops_what_does_not_fit_it_is_closed_all_the_same_for_it_would_have_a_gap()
    {
        await using var house = new House(Rooms(SlowMemberPolicy.Disconnect), maxBacklogBytes: 256 * 1024, backlogPolicy: BacklogPolicy.Drop);
        var (slow, goOn) = await SlowAsync(house);
        var ada = await house.GuestAsync("lobby", "ada");

        await TalkAsync(house, slow, ada);
        goOn.SetResult();

        Assert.Equal(CloseCode.TryAgainLater, await slow.CodeAsync());
        var sequences = SequencesOf(slow);
        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(i => (long)i), sequences);
    }

    [Fact]
    public async Task Where_the_oldest_are_dropped_it_gets_the_first_and_the_newest_in_order_and_others_get_all()
    {
        await using var house = new House(Rooms(SlowMemberPolicy.DropOldest), new RoomSocketOptions { MaxMessagesOfSlowMember = 10 });
        var (slow, goOn) = await SlowAsync(house);
        var ada = await house.GuestAsync("lobby", "ada");

        await TalkAsync(house, slow, ada);
        goOn.SetResult();

        await Patience.Until(() => SequencesOf(slow).LastOrDefault() == Much);
        var heard = SequencesOf(slow);
        Assert.InRange(heard.Count, 20, Much / 2);
        Assert.Equal(heard.Order().Distinct(), heard);
        Assert.Equal(Enumerable.Range(Much - 9, 10).Select(i => (long)i), heard.TakeLast(10));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), heard.Take(20));

        // It is as quick as any again.
        await house.PublishAsync("lobby", "later");
        await Patience.Until(() => SequencesOf(slow).LastOrDefault() == Much + 1);
    }

    [Fact]
    public async Task Where_the_latest_is_kept_it_gets_that_of_each_key()
    {
        await using var house = new House(Rooms(SlowMemberPolicy.KeepLatest));
        var (slow, goOn) = await SlowAsync(house);
        var ada = await house.GuestAsync("lobby", "ada");

        await TalkAsync(house, slow, ada, i => $"key-{i % 3}");
        goOn.SetResult();

        await Patience.Until(() => SequencesOf(slow).LastOrDefault() == Much);
        var heard = SequencesOf(slow);
        Assert.InRange(heard.Count, 20, Much / 2);
        Assert.Equal(heard.Order().Distinct(), heard);
        Assert.Equal([Much - 2, Much - 1, Much], heard.TakeLast(3));
        Assert.True(heard[^4] < Much / 2, $"More than the latest was kept: {heard[^4]}");
    }

    [Theory]
    [InlineData(SlowMemberPolicy.DropOldest)]
    [InlineData(SlowMemberPolicy.KeepLatest)]
    public async Task A_burst_that_fits_on_the_line_is_not_slowness(SlowMemberPolicy policy)
    {
        // More than counts as slow leaves in one batch, and all of it fits.
        await using var house = new House(Rooms(policy), new RoomSocketOptions { SlowFromBytes = 4 * 1024, MaxMessagesOfSlowMember = 1 });
        house.Network.Capacity = 16 * 1024 * 1024;
        var ada = await house.JsonGuestAsync("lobby", "ada");

        var publishing = Enumerable.Range(1, 1000).Select(i => house.PublishAsync("lobby", Kilobyte, key: "k")).ToList();

        await ada.MessagesAsync(1, 1000);
        await Task.WhenAll(publishing).Soon();
    }

    [Fact]
    public async Task Signals_and_news_wait_in_the_same_queue_and_do_not_close_a_slow_member()
    {
        await using var house = new House(
            Rooms(SlowMemberPolicy.DropOldest), new RoomSocketOptions { MaxMessagesOfSlowMember = 10 }, maxBacklogBytes: 256 * 1024);
        var (slow, goOn) = await SlowAsync(house);
        var ada = await house.JsonGuestAsync("lobby", "ada", "&echo=0");
        for (var i = 0; i < 1000; i++)
        {
            ada.Say($$"""{"type":"signal","data":"{{Kilobyte}}"}""");
        }

        ada.Say("""{"type":"publish","id":"end","data":"the end"}""");
        await ada.NextAsync("ack");
        goOn.SetResult();

        await Patience.Until(() => SequencesOf(slow).LastOrDefault() == 2);
        Assert.InRange(slow.Count, 10, 500);
        Assert.Contains("the end", slow[slow.Count - 1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_it_is_forgotten_when_it_leaves_the_room()
    {
        await using var house = new House(Rooms(SlowMemberPolicy.DropOldest), new RoomSocketOptions { MaxMessagesOfSlowMember = 10 });
        var (slow, goOn) = await SlowAsync(house);
        await TalkAsync(house, slow, await house.GuestAsync("lobby", "ada"));

        slow.Say("""{"type":"leave"}""");
        await Patience.Until(async () => await house.NamesInAsync("lobby") is ["ada"]);
        goOn.SetResult();

        await Patience.Until(() => slow.Heard[^1].Contains("left", StringComparison.Ordinal));
        slow.Say("""{"type":"join","room":"lobby"}""");
        await Patience.Until(() => slow.Heard[^1].Contains("joined", StringComparison.Ordinal));
        Assert.True(SequencesOf(slow)[^1] < Much - 10);
        var count = slow.Count;
        await house.PublishAsync("lobby", "new");
        await Patience.Until(() => slow.Count > count);
        Assert.Equal([Much + 1], SequencesOf(slow).TakeLast(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_past_comes_at_the_member_s_own_pace_however_long_its_messages_are_and_whatever_the_format_makes_of_them(bool isJson)
    {
        // As JSON each byte is six: many times the backlog.
        var text = new string('\u0001', 20_000);
        await using var house = new House(Rooms(SlowMemberPolicy.Disconnect), maxBacklogBytes: 256 * 1024);
        for (var i = 0; i < 30; i++)
        {
            await house.PublishAsync("lobby", text);
        }

        for (var i = 0; i < 500; i++)
        {
            await house.PublishAsync("lobby", "short", id: new string('\u0001', 150) + i);
        }

        var guest = isJson ? house.JsonKnock("lobby", "ada", "&since=0") : house.Knock("lobby", "ada", "&since=0");
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await guest.StopReading(goOn.Task).Soon();
        await house.PublishAsync("lobby", "live");
        goOn.SetResult();

        var heard = await guest.HearAsync(531 + (isJson ? 1 : 0));
        Assert.Contains("live", heard[^1], StringComparison.Ordinal);
        Assert.Equal(531, guest.Count - (isJson ? 1 : 0));
    }

    private static RoomOptions Rooms(SlowMemberPolicy policy) => new()
    {
        Rules = House.Quiet(new RoomSettings { SlowMembers = policy, Rate = null }),
        Log = new StubbornLog(),
        TailLength = 10,
    };

    /// <summary>A member that reads nothing from its next message on.</summary>
    private static async Task<(JsonGuest Slow, TaskCompletionSource GoOn)> SlowAsync(House house)
    {
        var slow = await house.JsonGuestAsync("lobby", "slow");
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = slow.StopReading(goOn.Task);
        await house.PublishAsync("lobby", "stop");
        await stopped.Soon();
        return (slow, goOn);
    }

    /// <summary>Many times what the line and the backlog hold, as fast as <paramref name="quick"/> takes it.</summary>
    private static async Task TalkAsync(House house, JsonGuest slow, Guest quick, Func<int, string>? keyOf = null)
    {
        for (var i = 2; i <= Much; i++)
        {
            await house.PublishAsync("lobby", Kilobyte, key: keyOf?.Invoke(i));
            if (i % 50 == 0)
            {
                await Patience.Until(() => quick.Count >= i - 1);
            }
        }

        await quick.HearAsync(Much - 1);
        Assert.False(quick.Closed.IsCompleted);
        Assert.InRange(slow.Count, 0, 200);
    }

    private static List<long> SequencesOf(JsonGuest guest)
    {
        var sequences = new List<long>();
        foreach (var text in guest.Heard)
        {
            using var frame = JsonDocument.Parse(text);
            if (frame.RootElement.GetProperty("type").GetString() == "message")
            {
                sequences.Add(frame.RootElement.GetProperty("seq").GetInt64());
            }
        }

        return sequences;
    }
}
