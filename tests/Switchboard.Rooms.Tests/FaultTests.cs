using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.Tests;

/// <summary>A log that fails, and what becomes of those who wait for it.</summary>
public class FaultTests
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedLog _log = new();

    [Fact]
    public async Task An_append_that_fails_is_answered_as_unavailable_and_nothing_is_delivered()
    {
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        _log.BeforeAppend = ScriptedLog.Fail;

        var refusal = await Say.Refused(() => room.Text(ada, "one"));
        Assert.Equal(("unavailable", true), (refusal.Code, refusal.RetryAfter > TimeSpan.Zero));
        _log.BeforeAppend = null;

        Assert.Equal(1, (await room.Text(ada, "two")).Sequence);
        Assert.Equal("joined@0 two", ada.Story);
    }

    [Fact]
    public async Task A_log_that_throws_something_else_or_gives_too_few_places_is_the_same()
    {
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        _log.BeforeAppend = () => throw new InvalidOperationException("a fault of its own");
        Assert.Equal("unavailable", (await Say.Refused(() => room.Text(ada, "one"))).Code);
        _log.BeforeAppend = () => throw new OperationCanceledException();
        Assert.Equal("unavailable", (await Say.Refused(() => room.Text(ada, "one"))).Code);
        _log.BeforeAppend = null;
        Assert.Equal(1, (await room.Text(ada, "two")).Sequence);
    }

    [Fact]
    public async Task What_was_stored_although_the_append_failed_is_heard_in_its_place()
    {
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        _log.AfterAppend = ScriptedLog.Fail;
        Assert.Equal("unavailable", (await Say.Refused(() => room.Text(ada, "one", "m1"))).Code);
        _log.AfterAppend = null;

        Assert.Equal((1, true), (await room.Text(ada, "one", "m1")) is var place ? (place.Sequence, place.IsRepeat) : default);
        Assert.Equal(2, (await room.Text(ada, "two")).Sequence);
        Assert.Equal(["one", "two"], ada.Texts);
    }

    [Fact]
    public async Task It_is_heard_after_a_rest_also_if_nobody_says_anything_any_more()
    {
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        _log.AfterAppend = ScriptedLog.Fail;
        _log.BeforeRead = ScriptedLog.Fail;
        await Say.Refused(() => room.Text(ada, "one"));
        var reads = _log.Reads;

        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(Rest);
            await Eventually.IsTrue(() => _log.Reads == reads + 1);
            reads++;
        }

        Assert.Empty(ada.Texts);
        _log.BeforeRead = null;
        _clock.Advance(Rest);
        await Eventually.IsTrue(() => ada.Texts.SequenceEqual(["one"]));
        _clock.Advance(10 * Rest);
        Assert.Equal(reads + 1, _log.Reads); // and then it rests for good
    }

    [Fact]
    public async Task A_room_that_nobody_is_in_is_given_up_while_the_log_is_down()
    {
        var directory = Directory();
        await directory.Text(Say.Lobby, "before");
        await Eventually.IsTrue(() => directory.Count == 0);
        _log.BeforeAppend = ScriptedLog.Fail;
        await Say.Refused(() => directory.Text(Say.Lobby, "x"));
        _log.BeforeRead = ScriptedLog.Fail;

        await Eventually.IsTrue(() =>
        {
            _clock.Advance(Rest);
            return directory.Count == 0;
        });
    }

    [Fact]
    public async Task A_hundred_refused_publications_make_one_more_attempt_not_a_hundred()
    {
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        _log.BeforeAppend = _log.BeforeRead = ScriptedLog.Fail;
        for (var i = 0; i < 100; i++)
        {
            await Say.Refused(() => room.Text(ada, "x"));
        }

        var reads = _log.Reads;
        _clock.Advance(Rest);
        await Eventually.IsTrue(() => _log.Reads > reads);
        _clock.Advance(Rest / 2);
        Assert.Equal(reads + 1, _log.Reads);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_cannot_be_told_where_the_room_stands_does_not_get_in_and_the_next_one_may(bool isAtOnce)
    {
        var directory = Directory();
        _log.BeforeRead = async () =>
        {
            if (!isAtOnce)
            {
                await Task.Yield();
            }

            await ScriptedLog.Fail();
        };
        await Assert.ThrowsAsync<LogUnavailableException>(() => directory.Join(new Hearer()));
        Assert.Equal("unavailable", (await Say.Refused(() => directory.Text(Say.Lobby, "x"))).Code);
        await Eventually.IsTrue(() => directory.Count == 0);

        // Also while somebody keeps the room in memory.
        var room = directory.Use(Say.Lobby);
        await Assert.ThrowsAsync<LogUnavailableException>(() => directory.Join(new Hearer()));
        _log.BeforeRead = null;
        var ada = new Hearer();
        Assert.Same(room, await directory.Join(ada));
        Assert.Equal("joined@0", ada.Story);
    }

    [Fact]
    public async Task Who_does_not_wait_for_a_room_to_open_leaves_nothing_behind()
    {
        var hold = new Hold();
        var backplane = new LyingBackplane();
        var directory = Directory(backplane: backplane);
        _log.BeforeRead = hold.Pass;
        using var gaveUp = new CancellationTokenSource();
        var joining = directory.JoinAsync(Say.Lobby, new Hearer(), default, gaveUp.Token).AsTask();
        await hold.Reached;

        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining.InTime());
        hold.Free();

        await Eventually.IsTrue(() => directory.Count == 0 && backplane.Lines == 0);
    }

    [Fact]
    public async Task A_page_of_the_past_that_cannot_be_read_cuts_the_member_off()
    {
        var directory = Directory(tailLength: 0);
        var bob = new Hearer("bob");
        var room = await directory.Join(bob);
        await room.Text(bob, "one");
        _log.BeforeRead = ScriptedLog.Fail;
        var ada = new Hearer();

        await directory.Join(ada, since: 0);

        await Eventually.IsTrue(() => ada.CutOffWith is not null);
        Assert.Equal("unavailable", ada.CutOffWith!.Code);
        Assert.Equal(1, room.MemberCount);
        await room.Text(bob, "two");
        Assert.Equal("joined@1", ada.Story);
        Assert.Equal(["one", "two"], bob.Texts);
    }

    [Fact]
    public async Task A_delivery_that_throws_in_the_past_cuts_its_member_off_and_nobody_else()
    {
        var directory = Directory(tailLength: 0);
        var bob = new Hearer("bob");
        var room = await directory.Join(bob);
        await room.Text(bob, "one");
        var ada = new Hearer { Pace = () => throw new InvalidOperationException("broken") };
        await directory.Join(ada, since: 0);
        await Eventually.IsTrue(() => ada.CutOffWith is not null);
        Assert.Equal(1, room.MemberCount);
    }

    [Fact]
    public async Task A_delivery_that_throws_at_the_greeting_leaves_the_member_out()
    {
        var directory = Directory();
        var ada = new Hearer(delivery: new ToHearers(_ => throw new InvalidOperationException("broken")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => directory.Join(ada));
        await Eventually.IsTrue(() => directory.Count == 0);
        Assert.Equal(0, (await directory.MembersAsync(Say.Lobby, 0, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_log_whose_pages_do_not_fit_together_does_not_make_a_room_spin()
    {
        var directory = Directory();
        var ada = new Hearer();
        var room = await directory.Join(ada);
        await _log.Inner.AppendAsync(Say.Lobby, [Say.Entry("one"), Say.Entry("two")], TestContext.Current.CancellationToken);
        _log.AfterRead = page => Task.FromResult(page with { Messages = [] });

        await Assert.ThrowsAsync<LogUnavailableException>(() => directory.Join(new Hearer("bob"), since: 2));
        _log.AfterRead = null;
        await directory.Join(new Hearer("eve"), since: 2);
        Assert.Equal(["one", "two"], ada.Texts);
        Assert.Equal(3, (await room.Text(ada, "three")).Sequence);
    }

    [Fact]
    public async Task A_store_that_has_lost_everything_is_said_out_loud()
    {
        var directory = Directory();
        var (ada, bob) = (new Hearer(), new Hearer("bob"));
        var room = await directory.Join(ada);
        await room.Text(ada, "one");
        await room.Text(ada, "two");
        var epoch = room.Epoch;
        _log.Inner = new InMemoryMessageLog();

        Assert.Equal(1, (await room.Text(ada, "three")).Sequence);
        await directory.Join(bob, since: 1, epoch: epoch);

        await Eventually.IsTrue(() => bob.Texts.Any());
        Assert.NotEqual(epoch, room.Epoch);
        Assert.Equal("joined@0 one two reset@1..1 three", ada.Story);
        Assert.Equal("joined@1 reset@1..1 three", bob.Story);
    }

    [Fact]
    public async Task An_answer_that_throws_is_nobody_elses_affair()
    {
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        var publication = new NotedPublication(() => throw new InvalidOperationException("broken"))
        {
            Member = ada,
            Payload = Say.Bytes("one"),
            Kind = RoomMessageKind.Text,
            At = default,
        };
        Assert.Null(await room.TryPublishAsync(publication));
        await room.Text(ada, "two");
        Assert.Equal((1, "one two"), (publication.Answers, string.Join(' ', ada.Texts)));
    }

    private RoomDirectory Directory(int tailLength = 100, IBackplane? backplane = null) => new(new RoomOptions
    {
        Log = _log,
        Backplane = backplane,
        TimeProvider = _clock,
        TailLength = tailLength,
        Rules = new RoomRules(new RoomSettings { PresenceEvents = false, Rate = null }),
    });
}
