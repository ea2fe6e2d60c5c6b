namespace Switchboard.Rooms.Tests;

/// <summary>An application's own code: asked, told, slow, broken.</summary>
public class HookTests
{
    [Fact]
    public async Task Whoever_may_not_join_does_not()
    {
        var directory = new RoomDirectory(new RoomOptions { Hooks = new Script { Authorize = who => who.Name == "eve" ? Refusal.Because("Not you.") : null } });
        await directory.Join(new Hearer("ada"));
        var refusal = await Say.Refused(() => directory.Join(new Hearer("eve")));
        Assert.Equal(("refused", "Not you."), (refusal.Code, refusal.Message));
        Assert.Equal(1, directory.List().Single().MemberCount);
    }

    [Fact]
    public async Task A_message_may_be_refused_or_changed_and_is_checked_again()
    {
        var hooks = new Script
        {
            Before = message =>
            {
                switch (System.Text.Encoding.UTF8.GetString(message.Payload.Span))
                {
                    case "bad":
                        return new(Refusal.Because("Mind your language."));
                    case "plain":
                        (message.Payload, message.Kind) = (Say.Bytes("{}"), RoomMessageKind.Json);
                        return default;
                    case "long":
                        message.Payload = new byte[100];
                        return default;
                    default:
                        return default;
                }
            },
        };
        var directory = new RoomDirectory(new RoomOptions { Hooks = hooks, Rules = new RoomRules(new RoomSettings { MaxMessageBytes = 10 }) });
        var ada = new Hearer();
        var room = await directory.Join(ada);

        Assert.Equal("refused", (await Say.Refused(() => room.Text(ada, "bad"))).Code);
        Assert.Equal("too-big", (await Say.Refused(() => room.Text(ada, "long"))).Code);
        Assert.Equal("refused", (await Say.Refused(() => directory.Text(Say.Lobby, "bad"))).Code);
        await room.Text(ada, "plain");
        Assert.Equal(("{}", RoomMessageKind.Json), (ada.Texts.Single(), ada.Messages.Single().Kind));
    }

    [Fact]
    public async Task What_is_invalid_forbidden_or_too_fast_is_not_asked_about()
    {
        var asked = 0;
        var hooks = new Script { Before = _ => { asked++; return default; } };
        var settings = new RoomSettings { MaxMessageBytes = 4, Rate = new RateLimit { PerSecond = 1, Burst = 1 }, Writers = ["a*"] };
        var directory = new RoomDirectory(new RoomOptions { Hooks = hooks, Rules = new RoomRules(settings), TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider() });
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);

        Assert.Equal("too-big", (await Say.Refused(() => room.Text(ada, "12345"))).Code);
        Assert.Equal("forbidden", (await Say.Refused(() => room.Text(bob, "x"))).Code);
        await room.Text(ada, "x");
        Assert.Equal("rate-limited", (await Say.Refused(() => room.Text(ada, "y"))).Code);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_hook_that_throws_has_not_allowed_it()
    {
        var hooks = new Script { Before = _ => throw new OperationCanceledException(), Authorize = who => who.Name == "eve" ? throw new InvalidOperationException("broken") : null };
        var directory = new RoomDirectory(new RoomOptions { Hooks = hooks });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        Assert.Equal("refused", (await Say.Refused(() => room.Text(ada, "x"))).Code);
        Assert.Equal("refused", (await Say.Refused(() => directory.Join(new Hearer("eve")))).Code);
    }

    [Fact]
    public async Task What_is_told_to_a_hook_that_throws_harms_nobody()
    {
        var directory = new RoomDirectory(new RoomOptions { Hooks = new Script { Told = _ => throw new InvalidOperationException("broken") } });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        Assert.Equal(1, (await room.Text(ada, "x")).Sequence);
        room.Leave(ada);
        await Eventually.IsTrue(() => directory.Count == 0);
    }

    [Fact]
    public async Task Hooks_are_told_what_has_happened_and_repeats_are_not()
    {
        var told = new List<string>();
        var directory = new RoomDirectory(new RoomOptions { Hooks = new Script { Told = told.Add } });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        await room.Text(ada, "one", "m1");
        await room.Text(ada, "one", "m1");
        await directory.Text(Say.Lobby, "two");
        room.Leave(ada);
        Assert.Equal(["+ada", "#1", "#2", "-ada"], told);
    }

    [Fact]
    public async Task Hooks_are_told_who_joined_before_they_are_asked_about_what_it_publishes()
    {
        var told = new List<string>();
        var hooks = new Script { Told = told.Add, Before = message => { told.Add($"?{message.Sender}"); return default; } };
        var directory = new RoomDirectory(new RoomOptions { Hooks = hooks });
        Hearer? ada = null;
        var speaking = Task.CompletedTask;
        ada = new Hearer("ada", delivery: new ToHearers(happening => speaking = happening is RoomJoined ? ada!.Room!.Text(ada, "hello") : speaking));
        await directory.Join(ada);
        await speaking;
        Assert.Equal(["+ada", "?ada", "#1"], told);
    }

    [Fact]
    public async Task A_slow_hook_keeps_a_members_own_order_and_delays_nobody_else()
    {
        var hold = new Hold();
        var hooks = new Script
        {
            Before = async message =>
            {
                if (message.Member?.Name == "ada")
                {
                    await hold.Pass();
                }

                return null;
            },
        };
        var directory = new RoomDirectory(new RoomOptions { Hooks = hooks });
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        var slow = Task.Run(
            async () =>
            {
                Assert.Null(await room.TryPublishAsync(NotedPublication.Of(ada, "a1")));
                Assert.Null(await room.TryPublishAsync(NotedPublication.Of(ada, "a2")));
            },
            TestContext.Current.CancellationToken);
        await hold.Reached;
        await room.Text(bob, "b1");
        hold.Free();
        await slow.InTime();
        Assert.Equal(["b1", "a1", "a2"], bob.Texts);
    }

    [Fact]
    public async Task Who_leaves_while_the_hook_thinks_has_not_published()
    {
        var hold = new Hold();
        var directory = new RoomDirectory(new RoomOptions { Hooks = new Script { Before = async _ => { await hold.Pass(); return null; } } });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        var publishing = room.Text(ada, "x");
        await hold.Reached;
        room.Leave(ada);
        hold.Free();
        Assert.Equal("not-joined", (await Say.Refused(() => publishing)).Code);
        await Eventually.IsTrue(() => directory.Count == 0);
    }

    private sealed class Script : RoomHooks
    {
        public Func<RoomIdentity, Refusal?>? Authorize { get; init; }

        public Func<Publication, ValueTask<Refusal?>>? Before { get; init; }

        public Action<string>? Told { get; init; }

        public override ValueTask<Refusal?> AuthorizeAsync(RoomName room, RoomIdentity who, CancellationToken cancellationToken) => new(Authorize?.Invoke(who));

        public override ValueTask<Refusal?> BeforePublishAsync(RoomName room, Publication message, CancellationToken cancellationToken) => Before?.Invoke(message) ?? default;

        public override void AfterPublish(RoomName room, Publication message, LogPlace place) => Told?.Invoke($"#{place.Sequence}");

        public override void Joined(Room room, RoomMember member) => Told?.Invoke($"+{member.Name}");

        public override void Left(Room room, RoomMember member) => Told?.Invoke($"-{member.Name}");
    }
}
