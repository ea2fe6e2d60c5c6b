using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>The JSON format, frame by frame as docs/rooms-protocol.md has them.</summary>
public sealed class JsonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_frame_has_its_answer()
    {
        await using var house = new House(new RoomOptions { TimeProvider = new FakeTimeProvider(Noon) });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        Assert.Equal($$"""{"type":"joined","room":"lobby","epoch":"{{ada.Epoch}}","seq":0,"members":1,"durable":true,"name":"ada"}""", ada.Joined.GetRawText());
        var bob = await house.JsonGuestAsync("lobby", "bob");
        await ada.HearsAsync("""{"type":"presence","room":"lobby","joined":"bob","members":2}""");

        ada.Say("""{"type":"publish","id":"m1","key":"k","data":{"x": [1]}}""");
        const string message = """{"type":"message","room":"lobby","seq":1,"from":"ada","at":"2026-01-01T12:00:00.000Z","id":"m1","key":"k","data":{"x": [1]}}""";
        await ada.HearsAsync(message);
        await ada.HearsAsync("""{"type":"ack","id":"m1","room":"lobby","seq":1}""");
        await bob.HearsAsync(message);

        bob.Say("""{"type":"signal","data":"typing"}""");
        await ada.HearsAsync("""{"type":"signal","room":"lobby","from":"bob","data":"typing"}""");

        bob.Say("""{"type":"history","id":"h1"}""");
        await bob.HearsAsync(
            """{"type":"history","id":"h1","room":"lobby","messages":[{"seq":1,"from":"ada","at":"2026-01-01T12:00:00.000Z","id":"m1","key":"k","data":{"x": [1]}}],"more":false}""");
        bob.Say("""{"type":"members","id":"x"}""");
        await bob.HearsAsync(
            """{"type":"members","id":"x","room":"lobby","members":[{"name":"ada","joined":"2026-01-01T12:00:00.000Z"},{"name":"bob","joined":"2026-01-01T12:00:00.000Z"}],"count":2}""");
        bob.Say("""{"type":"leave","room":"lobby"}""");
        await bob.HearsAsync("""{"type":"left","room":"lobby"}""");
        await ada.HearsAsync("""{"type":"presence","room":"lobby","left":"bob","members":1}""");
    }

    [Fact]
    public async Task Both_formats_talk_in_one_room_and_text_binary_and_json_become_each_other()
    {
        await using var house = new House();
        var plain = await house.GuestAsync("lobby", "plain");
        var json = await house.JsonGuestAsync("lobby", "json");

        json.Say("""{"type":"publish","data":"grüße \ud83d\udc4b"}""");
        json.Say("""{"type":"publish","data":{"base64":"/wD+"}}""");
        json.Say("""{"type":"publish","data":{"a": 1}}""");
        json.Say("""{"type":"publish","data":{}}""");
        json.Say("""{"type":"publish","data":null}""");
        await plain.HearAsync(5);
        plain.Say("plain \"text\"\n");
        Assert.True(plain.Socket.Send([0xFF, 0x00, 0xFE]));
        Assert.True(plain.Socket.Send([]));
        await plain.HearAsync(8);

        Assert.Equal(["grüße 👋", """{"a": 1}""", "{}", "null", "plain \"text\"\n"], plain.Messages.Where(message => message.Type == MessageType.Text).Select(message => message.Text));
        Assert.Equal(["/wD+", "/wD+", ""], plain.Messages.Where(message => message.Type == MessageType.Binary).Select(message => Convert.ToBase64String(message.Data.Span)));
        Assert.Equal(
            ["grüße 👋", """{"base64":"/wD+"}""", """{"a": 1}""", "{}", "", "plain \"text\"\n", """{"base64":"/wD+"}""", """{"base64":""}"""],
            await json.MessagesAsync(1, 8));
    }

    [Theory]
    [InlineData("not json", "malformed", null)]
    [InlineData("[]", "malformed", null)]
    [InlineData("""{"id":"i"}""", "malformed", "i")]
    [InlineData("""{"type":"dance","id":"i"}""", "unknown-type", "i")]
    [InlineData("""{"type":"publish","id":"i"}""", "malformed", "i")]
    [InlineData("""{"type":"signal","id":"i"}""", "malformed", "i")]
    [InlineData("""{"type":"auth","id":"i"}""", "malformed", "i")]
    [InlineData("""{"type":"history","after":1,"before":2,"id":"i"}""", "malformed", "i")]
    [InlineData("""{"type":"publish","data":1,"data":2,"id":"i"}""", "malformed", "i")]
    [InlineData("""{"type":"join","id":"i"}""", "bad-room", "i")]
    [InlineData("""{"type":"join","room":"","id":"i"}""", "bad-room", "i")]
    [InlineData("""{"type":"join","room":"a/b","id":"i"}""", "bad-room", "i")]
    [InlineData("""{"type":"join","room":"..","id":"i"}""", "bad-room", "i")]
    [InlineData("""{"type":"join","room":"a\u0000b","id":"i"}""", "bad-room", "i")]
    [InlineData("""{"type":"publish","room":"a/b","data":1,"id":"i"}""", "bad-room", "i")]
    [InlineData("""{"type":"publish","room":"other","data":1,"id":"i"}""", "not-joined", "i")]
    [InlineData("""{"type":"signal","room":"other","data":1}""", "not-joined", null)]
    [InlineData("""{"type":"history","room":"other"}""", "not-joined", null)]
    [InlineData("""{"type":"members","room":"other"}""", "not-joined", null)]
    [InlineData("""{"type":"leave","room":"other"}""", "not-joined", null)]
    [InlineData("""{"type":"join","room":"lobby"}""", "already-joined", null)]
    [InlineData("""{"type":"join","room":"secret"}""", "forbidden", null)]
    [InlineData("""{"type":"join","room":"full"}""", "room-full", null)]
    [InlineData("""{"type":"publish","data":"12345678901","id":"i"}""", "too-big", "i")]
    [InlineData("""{"type":"signal","data":"12345678901","id":"i"}""", "too-big", "i")]
    [InlineData("""{"type":"auth","token":"t","id":"i"}""", "unauthenticated", "i")]
    public async Task What_cannot_be_done_is_answered_and_the_connection_stays(string frame, string code, string? id)
    {
        var rules = House.Quiet(
            new RoomSettings { MaxMessageBytes = 10 },
            House.Pattern("secret", new RoomSettings { Readers = ["ada"] }),
            House.Pattern("full", new RoomSettings { MaxMembers = 1, PresenceEvents = false }));
        await using var house = new House(new RoomOptions { Rules = rules });
        await house.GuestAsync("full", "somebody");
        var bob = await house.JsonGuestAsync("lobby", "bob");

        bob.Say(frame);
        await bob.RefusedAsync(code, id);

        bob.Say("""{"type":"publish","id":"next","data":"goes on"}""");
        await bob.NextAsync("message");
        await bob.NextAsync("ack");
    }

    [Fact]
    public async Task A_name_that_is_none_is_not_repeated()
    {
        await using var house = new House();
        var ada = await house.JsonGuestAsync("lobby", "ada");

        ada.Say($$"""{"type":"publish","data":1,"room":"{{new string('x', 64 * 1024)}}"}""");

        Assert.False((await ada.RefusedAsync("bad-room")).TryGetProperty("room", out _));
        Assert.InRange(ada.Heard[^1].Length, 0, 300);
    }

    [Fact]
    public async Task A_binary_frame_is_malformed()
    {
        await using var house = new House();
        var ada = await house.JsonGuestAsync("lobby", "ada");

        Assert.True(ada.Socket.Send("""{"type":"leave"}"""u8));

        await ada.RefusedAsync("malformed");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(1)]
    public async Task So_many_malformed_frames_close_with_1008(int limit)
    {
        await using var house = new House(options: new RoomSocketOptions { MaxMalformedFrames = limit });
        var ada = await house.JsonGuestAsync("lobby", "ada");

        for (var i = 1; i <= limit; i++)
        {
            Assert.False(ada.Closed.IsCompleted);
            ada.Say(i % 2 == 0 ? """{"type":"dance"}""" : "?");
            await ada.RefusedAsync(i % 2 == 0 ? "unknown-type" : "malformed");
        }

        Assert.Equal(CloseCode.PolicyViolation, await ada.CodeAsync());
        await Patience.Until(async () => await house.NamesInAsync("lobby") is []);
    }

    [Fact]
    public async Task Where_that_is_off_any_number_of_them_is_answered()
    {
        await using var house = new House(options: new RoomSocketOptions { MaxMalformedFrames = 0 });
        var ada = await house.JsonGuestAsync("lobby", "ada");

        for (var i = 0; i < 20; i++)
        {
            ada.Say("?");
            await ada.RefusedAsync("malformed");
        }

        await ada.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task Several_rooms_on_one_connection_are_kept_apart()
    {
        await using var house = new House(options: new RoomSocketOptions { MaxRoomsPerConnection = 2 });
        var ada = await house.JsonGuestAsync("", "ada");
        ada.Say("""{"type":"publish","data":1}""");
        await ada.RefusedAsync("bad-room");
        foreach (var room in (string[])["one", "two"])
        {
            ada.Say($$"""{"type":"join","room":"{{room}}"}""");
            Assert.Equal(room, (await ada.NextAsync("joined")).GetProperty("room").GetString());
        }

        ada.Say("""{"type":"join","room":"three"}""");
        await ada.RefusedAsync("too-many-rooms");
        var bob = await house.GuestAsync("two", "bob");
        bob.Say("in two");
        Assert.Equal("two", (await ada.NextAsync("message")).GetProperty("room").GetString());
        ada.Say("""{"type":"publish","room":"two","data":"heard"}""");
        Assert.Equal("heard", (await bob.HearAsync(2))[^1]);
        await ada.NextAsync("message");

        ada.Say("""{"type":"leave","room":"two"}""");
        await ada.NextAsync("left");
        bob.Say("alone");
        await bob.HearAsync(3);
        ada.Say("""{"type":"join","room":"three"}""");
        await ada.NextAsync("joined");
        await ada.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task A_room_can_be_left_and_joined_again_on_one_connection_and_what_was_missed_comes()
    {
        await using var house = new House();
        var ada = await house.JsonGuestAsync("lobby", "ada");
        for (var round = 0; round < 20; round++)
        {
            ada.Say("""{"type":"leave"}""");
            await ada.NextAsync("left");
            await house.PublishAsync("lobby", "missed");
            ada.Say($$"""{"type":"join","room":"lobby","since":{{round}}}""");
            Assert.Equal(round + 1, (await ada.NextAsync("joined")).GetProperty("seq").GetInt64());
            await ada.MessagesAsync(round + 1, round + 1);
        }

        ada.Say("""{"type":"publish","id":"own","data":"still its own room"}""");
        await ada.MessagesAsync(21, 21);
        await ada.NextAsync("ack");
    }

    [Fact]
    public async Task Who_leaves_and_joins_while_others_talk_hears_each_message_once_and_nothing_in_between()
    {
        await using var house = new House(new RoomOptions { Rules = House.Quiet(new RoomSettings { Rate = null }), Log = new StubbornLog() });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        using var end = new CancellationTokenSource();
        var talking = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                // Not so far ahead that most of it is history.
                var sequence = await house.PublishAsync("lobby", "talk");
                await Patience.Until(() => sequence - ada.Count < 50 || end.IsCancellationRequested);
            }
        }, TestContext.Current.CancellationToken);

        var last = 0L;
        for (var round = 0; round < 100; round++)
        {
            ada.Say("""{"type":"leave"}""");
            for (var frame = await ada.NextAsync(); frame.GetProperty("type").GetString() != "left"; frame = await ada.NextAsync())
            {
                Assert.Equal(++last, frame.GetProperty("seq").GetInt64());
            }

            ada.Say($$"""{"type":"join","room":"lobby","since":{{last}}}""");
            await ada.NextAsync("joined");
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(++last, (await ada.NextAsync("message")).GetProperty("seq").GetInt64());
            }
        }

        await end.CancelAsync();
        await talking.Soon();
    }

    [Fact]
    public async Task Who_is_away_comes_back_with_a_position_and_hears_each_message_once()
    {
        await using var house = new House();
        var ada = await house.JsonGuestAsync("lobby", "ada");
        for (var i = 1; i <= 10_000; i++)
        {
            await house.PublishAsync("lobby", "x");
        }

        // The log in memory keeps 1,000.
        await ada.MessagesAsync(1, 10_000);
        var since = await house.JsonGuestAsync("lobby", "since", $"&since=9500&epoch={ada.Epoch}");
        Assert.Equal(10_000, since.Joined.GetProperty("seq").GetInt64());
        await since.MessagesAsync(9_501, 10_000);
        await (await house.JsonGuestAsync("lobby", "last", "&last=2")).MessagesAsync(9_999, 10_000);
        await (await house.JsonGuestAsync("lobby", "now", "&since=10000")).HearsNothingMoreAsync();
        await (await house.JsonGuestAsync("lobby", "new")).HearsNothingMoreAsync();
    }

    [Theory]
    [InlineData("&since=5", 11, 20)]
    [InlineData("&since=5&last=3", 18, 20)]
    [InlineData("&since=21", 11, 20)]
    [InlineData("&since=15&epoch=01234567-89ab-cdef-0123-456789abcdef", 11, 20)]
    public async Task A_position_that_is_gone_is_said_to_be_and_what_is_kept_follows(string query, long first, long last)
    {
        var log = new InMemoryMessageLog(new InMemoryMessageLogOptions { MaxMessagesInRoom = 10 });
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log, TailLength = 0 });
        for (var i = 1; i <= 20; i++)
        {
            await house.PublishAsync("lobby", $"{i}");
        }

        var ada = await house.JsonGuestAsync("lobby", "ada", query);

        await ada.HearsAsync($$"""{"type":"reset","room":"lobby","epoch":"{{ada.Epoch}}","first":11,"seq":20}""");
        await ada.MessagesAsync(first, last);
        await ada.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task History_is_paged_both_ways()
    {
        await using var house = new House();
        for (var i = 1; i <= 120; i++)
        {
            await house.PublishAsync("lobby", $"{i}");
        }

        var ada = await house.JsonGuestAsync("lobby", "ada");
        foreach (var (query, first, last, more) in ((string, int, int, bool)[])
            [("", 71, 120, true), ("\"before\":71,\"limit\":60", 11, 70, true), ("\"before\":11", 1, 10, false), ("\"after\":118", 119, 120, false),
             ("\"after\":0,\"limit\":0", 1, 1, true), ("\"after\":0,\"limit\":100000", 1, 120, false)])
        {
            ada.Say($$"""{"type":"history"{{(query.Length > 0 ? "," : "")}}{{query}}}""");
            var history = await ada.NextAsync("history");
            Assert.Equal(Enumerable.Range(first, last - first + 1), history.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("seq").GetInt32()));
            Assert.Equal(more, history.GetProperty("more").GetBoolean());
        }
    }

    [Fact]
    public async Task Much_history_asked_for_at_once_comes_at_the_reader_s_pace()
    {
        await using var house = new House(new RoomOptions { Rules = House.Quiet(new RoomSettings { MaxMessageBytes = 64 * 1024 }) }, maxBacklogBytes: 256 * 1024);
        for (var i = 0; i < 8; i++)
        {
            await house.PublishAsync("lobby", new string('x', 60_000));
        }

        var ada = await house.JsonGuestAsync("lobby", "ada");
        for (var i = 0; i < 10; i++)
        {
            ada.Say("""{"type":"history"}""");
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(8, (await ada.NextAsync("history")).GetProperty("messages").GetArrayLength());
        }
    }

    [Fact]
    public async Task An_ephemeral_room_says_so_and_acknowledges_nothing()
    {
        await using var house = new House(new RoomOptions { Rules = House.Quiet(new RoomSettings { Durable = false }) });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        Assert.False(ada.Joined.GetProperty("durable").GetBoolean());

        ada.Say("""{"type":"publish","id":"m1","data":1}""");

        Assert.Equal("m1", (await ada.NextAsync("message")).GetProperty("id").GetString());
        await ada.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task A_publisher_that_is_too_fast_is_told_how_long_to_wait_and_the_wait_is_enough()
    {
        var time = new FakeTimeProvider(Noon);
        await using var house = new House(new RoomOptions
        {
            Rules = House.Quiet(new RoomSettings { Rate = new RateLimit { PerSecond = 2, Burst = 2 } }),
            TimeProvider = time,
        });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        for (var i = 0; i < 3; i++)
        {
            ada.Say($$"""{"type":"publish","id":"m{{i}}","data":{{i}}}""");
        }

        JsonGuest hears = ada;
        var frames = new List<System.Text.Json.JsonElement>();
        for (var i = 0; i < 5; i++)
        {
            frames.Add(await hears.NextAsync());
        }

        var error = Assert.Single(frames, frame => frame.GetProperty("type").GetString() == "error");
        Assert.Equal(("rate-limited", "m2"), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));
        var wait = error.GetProperty("retryAfter").GetDouble();
        Assert.Equal(0.5, wait);
        time.Advance(TimeSpan.FromSeconds(wait));
        ada.Say("""{"type":"publish","id":"m2","data":2}""");
        await ada.NextAsync("message");
        await ada.NextAsync("ack");
        ada.Say("""{"type":"signal","id":"s","data":2}""");
        await ada.RefusedAsync("rate-limited", "s");
    }

    [Fact]
    public async Task An_ack_comes_when_the_message_is_committed_and_not_before_in_the_order_of_messages()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        var bob = await house.JsonGuestAsync("lobby", "bob");
        log.HoldCommits();
        for (var i = 1; i <= 50; i++)
        {
            ada.Say($$"""{"type":"publish","id":"m{{i}}","data":{{i}}}""");
        }

        await Patience.Until(() => log.Waiting > 0);
        await ada.HearsNothingMoreAsync();
        await bob.HearsNothingMoreAsync();
        log.Commit();

        for (var i = 1; i <= 50; i++)
        {
            await ada.MessagesAsync(i, i);
            await ada.HearsAsync($$"""{"type":"ack","id":"m{{i}}","room":"lobby","seq":{{i}}}""");
        }

        await bob.MessagesAsync(1, 50);
    }

    [Fact]
    public async Task The_same_id_of_the_same_publisher_has_one_effect_and_gets_the_same_ack()
    {
        await using var house = new House();
        var ada = await house.JsonGuestAsync("lobby", "ada", "&echo=0");
        var bob = await house.JsonGuestAsync("lobby", "bob");

        ada.Say("""{"type":"publish","id":"m1","data":"one"}""");
        await ada.HearsAsync("""{"type":"ack","id":"m1","room":"lobby","seq":1}""");
        var again = await house.JsonGuestAsync("lobby", "ada", "&echo=0");
        again.Say("""{"type":"publish","id":"m1","data":"one"}""");
        await again.HearsAsync("""{"type":"ack","id":"m1","room":"lobby","seq":1}""");
        bob.Say("""{"type":"publish","id":"m1","data":"another's"}""");

        Assert.Equal(["one", "another's"], await bob.MessagesAsync(1, 2));
        await bob.HearsAsync("""{"type":"ack","id":"m1","room":"lobby","seq":2}""");
    }

    [Fact]
    public async Task A_store_that_takes_nothing_is_said_to_be_unavailable_and_afterwards_it_goes_on()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        log.IsBroken = true;

        ada.Say("""{"type":"publish","id":"m1","data":1}""");
        Assert.True((await ada.RefusedAsync("unavailable", "m1")).GetProperty("retryAfter").GetDouble() > 0);
        ada.Say("""{"type":"history","id":"h"}""");
        await ada.RefusedAsync("unavailable", "h");
        ada.Say("""{"type":"join","room":"other"}""");
        await ada.RefusedAsync("unavailable");

        log.IsBroken = false;
        ada.Say("""{"type":"publish","id":"m1","data":1}""");
        await ada.MessagesAsync(1, 1);
        await ada.NextAsync("ack");
        ada.Say("""{"type":"join","room":"other"}""");
        await ada.NextAsync("joined");
    }

    [Fact]
    public async Task A_room_with_too_much_in_waiting_is_said_to_be_busy()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log, MaxUndeliveredBytes = 0 });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        log.HoldCommits();

        ada.Say("""{"type":"publish","id":"m1","data":1}""");
        ada.Say("""{"type":"publish","id":"m2","data":2}""");

        Assert.True((await ada.RefusedAsync("busy", "m2")).GetProperty("retryAfter").GetDouble() > 0);
        log.Commit();
        await ada.MessagesAsync(1, 1);
        Assert.Equal("m1", (await ada.NextAsync("ack")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task So_many_may_wait_to_be_stored_and_then_nothing_more_is_read()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log }, new RoomSocketOptions { MaxUnansweredMessages = 3 });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        log.HoldCommits();
        for (var i = 1; i <= 5; i++)
        {
            ada.Say($$"""{"type":"publish","id":"m{{i}}","data":{{i}}}""");
        }

        ada.Say("?");
        await Patience.Until(() => log.Waiting > 0);
        var bob = await house.JsonGuestAsync("lobby", "bob");
        await bob.HearsNothingMoreAsync();
        Assert.Equal(1, ada.Count);

        log.Commit();
        await ada.HearAsync(1 + 10 + 1);
        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"{i}"), await bob.MessagesAsync(1, 5));
    }

    [Fact]
    public async Task A_text_whose_characters_are_all_escaped_is_as_long_as_it_says_and_not_as_it_is_written()
    {
        await using var house = new House();
        var ada = await house.JsonGuestAsync("lobby", "ada");
        var text = new string('Ж', 32 * 1024);

        ada.Say($$"""{"type":"publish","data":"{{string.Concat(Enumerable.Repeat("\\u0416", text.Length))}}"}""");
        Assert.Equal([text], await ada.MessagesAsync(1, 1));
        ada.Say($$"""{"type":"publish","id":"i","data":"{{string.Concat(Enumerable.Repeat("\\u0001", 64 * 1024))}}"}""");
        await ada.MessagesAsync(2, 2);
        await ada.NextAsync("ack");
        ada.Say($$"""{"type":"publish","id":"i","data":"{{text}}x"}""");
        await ada.RefusedAsync("too-big", "i");
    }
}
