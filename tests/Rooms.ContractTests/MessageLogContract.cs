using System.Globalization;
using System.Text;

namespace Switchboard.Rooms.ContractTests;

/// <summary>What every <see cref="IMessageLog"/> does, sentence by sentence. Derive from it, and make an empty log for each test.</summary>
public abstract class MessageLogContract : LogSuite
{
    private static readonly RoomName Lobby = Room("lobby");
    private static readonly RoomName Attic = Room("attic");
    private static readonly Retention Everything = new() { MaxMessages = null, MaxAge = null, MaxBytes = null };

    public static TheoryData<string> HostileTexts => new(
        "'; DROP TABLE messages; --",
        "\" OR 1=1 --",
        "Robert'); DELETE FROM rooms WHERE ('1'='1",
        "%' OR '%",
        "*?[a-z]{}",
        "${jndi:ldap://example.com}",
        "<script>alert(1)</script>",
        "..\\..\\etc",
        "a b\u00A0c",
        "😀👩‍👩‍👧‍👦",
        "e\u0301 is not \u00E9",
        "\uFF5E before or after 😀",
        new string('x', 200),
        string.Concat(Enumerable.Repeat("😀", 50)));

    // Sequences.

    [Fact]
    public async Task The_first_message_of_a_room_has_the_sequence_1_and_no_number_is_left_out()
    {
        var log = await NewLogAsync();
        Assert.Equal([1L], await Append(log, Lobby, Entry("a")));
        Assert.Equal([2L, 3L, 4L], await Append(log, Lobby, Entries(3)));
        Assert.Equal([5L], await Append(log, Lobby, Entry("b")));

        var page = await All(log, Lobby);
        Assert.Equal([1L, 2L, 3L, 4L, 5L], Sequences(page));
        Assert.Equal("a 1 2 3 b", Texts(page));
        Assert.Equal((1L, 5L, false), (page.First, page.Last, page.HasMore));
    }

    [Fact]
    public async Task Each_room_counts_for_itself()
    {
        var log = await NewLogAsync();
        Assert.Equal([1L, 2L], await Append(log, Lobby, Entries(2)));
        Assert.Equal([1L], await Append(log, Attic, Entry("a")));
        Assert.Equal([3L], await Append(log, Lobby, Entry("c")));
        Assert.Equal("a", Texts(await All(log, Attic)));
        Assert.Equal("1 2 c", Texts(await All(log, Lobby)));
    }

    [Fact]
    public async Task A_receipt_has_a_place_for_each_entry_in_their_order()
    {
        var log = await NewLogAsync();
        var receipt = await log.AppendAsync(Lobby, [Entry("a"), Entry("b", at: Noon.AddSeconds(1))], Stop);
        Assert.Equal([new LogPlace(1, Noon, IsRepeat: false), new LogPlace(2, Noon.AddSeconds(1), IsRepeat: false)], receipt.Places);
    }

    [Fact]
    public async Task What_is_appended_at_the_same_time_gets_each_sequence_once_and_batches_stay_together()
    {
        const int publishers = 8;
        const int batches = 20;
        var log = await NewLogAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, publishers).Select(publisher => Task.Run(
            async () =>
            {
                var sequences = new List<IReadOnlyList<long>>();
                for (var batch = 0; batch < batches; batch++)
                {
                    sequences.Add(await Append(log, Lobby, Entry($"{publisher}.{batch}.0"), Entry($"{publisher}.{batch}.1"), Entry($"{publisher}.{batch}.2")));
                }

                return sequences;
            },
            Stop)));

        Assert.All(receipts.SelectMany(batch => batch), batch => Assert.Equal([batch[0], batch[0] + 1, batch[0] + 2], batch));
        Assert.Equal(Enumerable.Range(1, publishers * batches * 3).Select(i => (long)i), receipts.SelectMany(all => all).SelectMany(batch => batch).Order());
        var stored = (await All(log, Lobby)).Messages.ToDictionary(message => message.Sequence, message => Encoding.UTF8.GetString(message.Payload.Span));
        for (var publisher = 0; publisher < publishers; publisher++)
        {
            Assert.Equal(receipts[publisher].SelectMany(batch => batch).Order(), receipts[publisher].SelectMany(batch => batch)); // each publisher's own order
            for (var batch = 0; batch < batches; batch++)
            {
                Assert.Equal($"{publisher}.{batch}.2", stored[receipts[publisher][batch][2]]);
            }
        }
    }

    [Fact]
    public async Task Many_rooms_are_appended_to_at_the_same_time()
    {
        const int rooms = 200;
        const int messages = 5;
        var log = await NewLogAsync();
        await Task.WhenAll(Enumerable.Range(0, rooms * messages).Select(i => Task.Run(() => Append(log, Room($"room {i % rooms}"), Entry($"{i}")), Stop)));
        for (var room = 0; room < rooms; room++)
        {
            var page = await All(log, Room($"room {room}"));
            Assert.Equal([1L, 2L, 3L, 4L, 5L], Sequences(page));
            Assert.All(page.Messages, message => Assert.Equal(room, int.Parse(message.Payload.Span, CultureInfo.InvariantCulture) % rooms));
        }
    }

    [Fact]
    public async Task What_is_appended_can_be_read_at_once()
    {
        var log = await NewLogAsync();
        for (var i = 1; i <= 100; i++)
        {
            await Append(log, Lobby, Entry("x"));
            Assert.Equal(i, (await log.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Last);
        }
    }

    [Fact]
    public async Task The_list_of_entries_is_the_callers_again_when_the_append_is_complete()
    {
        var log = await NewLogAsync();
        var entries = new List<LogEntry>();
        for (var i = 0; i < 50; i++)
        {
            entries.Add(Entry($"{i}"));
            await log.AppendAsync(Lobby, entries, Stop);
            entries.Clear();
        }

        Assert.Equal(string.Join(' ', Enumerable.Range(0, 50)), Texts(await All(log, Lobby)));
    }

    // Effect-once.

    [Fact]
    public async Task The_same_id_of_the_same_publisher_gets_the_place_that_is_there()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("before"));
        await Append(log, Lobby, Entry("first", "m1"));
        await Append(log, Lobby, Entry("between"));
        var receipt = await log.AppendAsync(Lobby, [Entry("second", "m1", at: Noon.AddHours(1))], Stop);
        Assert.Equal([new LogPlace(2, Noon, IsRepeat: true)], receipt.Places);
        Assert.Equal("before first between", Texts(await All(log, Lobby)));
        Assert.Equal([4L], await Append(log, Lobby, Entry("after"))); // a repeat takes no number
    }

    [Fact]
    public async Task A_batch_may_repeat_what_is_there_and_what_is_in_it()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("one", "m1"));
        var receipt = await log.AppendAsync(Lobby, [Entry("two", "m2"), Entry("x", "m1"), Entry("y", "m2"), Entry("three", "m3"), Entry("four")], Stop);
        Assert.Equal(
            [(2, false), (1, true), (2, true), (3, false), (4, false)],
            receipt.Places.Select(place => (place.Sequence, place.IsRepeat)));
        Assert.Equal("one two three four", Texts(await All(log, Lobby)));
    }

    [Fact]
    public async Task A_batch_of_repeats_alone_adds_nothing()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("one", "m1"), Entry("two", "m2"));
        Assert.Equal([2L, 1L], await Append(log, Lobby, Entry("x", "m2"), Entry("y", "m1")));
        Assert.Equal(2, (await All(log, Lobby)).Last);
    }

    [Fact]
    public async Task Other_publishers_and_other_rooms_have_ids_of_their_own()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("a", "m1", "ada"));
        Assert.Equal([2L], await Append(log, Lobby, Entry("b", "m1", "bob")));
        Assert.Equal([3L], await Append(log, Lobby, Entry("c", "m1", "")));
        Assert.Equal([4L], await Append(log, Lobby, Entry("d", "M1", "ada"))); // case counts
        Assert.Equal([5L], await Append(log, Lobby, Entry("e", "", "ada")));
        Assert.Equal([5L], await Append(log, Lobby, Entry("e", "", "ada")));
        Assert.Equal([1L], await Append(log, Attic, Entry("f", "m1", "ada")));
    }

    [Fact]
    public async Task Publisher_and_id_are_not_run_together()
    {
        var log = await NewLogAsync();
        Assert.Equal([1L, 2L, 3L], await Append(log, Lobby, Entry("a", "bc", "a"), Entry("b", "c", "ab"), Entry("c", "abc", "")));
        Assert.Equal([4L, 5L], await Append(log, Lobby, Entry("d", "x\0y", "z"), Entry("e", "y", "z\0x")));
        Assert.Equal([6L, 7L], await Append(log, Lobby, Entry("f", "n\01"), Entry("g", "n\02")));
    }

    [Fact]
    public async Task Without_an_id_nothing_is_a_repeat()
    {
        var log = await NewLogAsync();
        Assert.Equal([1L, 2L, 3L], await Append(log, Lobby, Entry("same"), Entry("same"), Entry("same")));
    }

    [Fact]
    public async Task Of_the_same_id_at_the_same_time_one_is_stored()
    {
        var log = await NewLogAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => log.AppendAsync(Lobby, [Entry($"{i}", "m1")], Stop).AsTask(), Stop)));
        Assert.All(receipts, receipt => Assert.Equal(1, receipt.Places[0].Sequence));
        Assert.Single(receipts, receipt => !receipt.Places[0].IsRepeat);
        Assert.Single((await All(log, Lobby)).Messages);
    }

    [Fact]
    public async Task An_id_is_free_again_when_its_message_is_forgotten()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("a", "m1"), Entry("b", "m2"));
        await log.TrimAsync(Lobby, Everything with { MaxMessages = 1 }, Noon, 10, Stop);
        Assert.Equal([3L, 2L], await Append(log, Lobby, Entry("again", "m1"), Entry("still", "m2")));
    }

    // Positions.

    [Fact]
    public async Task A_room_that_nobody_knows_is_empty_and_has_the_epoch_of_its_first_message()
    {
        var log = await NewLogAsync();
        var before = await log.ReadAsync(Lobby, HistoryQuery.Position, Stop);
        Assert.Equal((1L, 0L, false), (before.First, before.Last, before.HasMore));
        Assert.Empty(before.Messages);
        Assert.NotEqual(Guid.Empty, before.Epoch);

        var receipt = await log.AppendAsync(Lobby, [Entry("a")], Stop);
        Assert.Equal(before.Epoch, receipt.Epoch);
        Assert.Equal(before.Epoch, (await All(log, Lobby)).Epoch);
    }

    [Fact]
    public async Task To_read_a_room_does_not_make_it()
    {
        var log = await NewLogAsync();
        Assert.Empty((await All(log, Lobby)).Messages);
        Assert.Equal(0, await log.TrimAsync(Lobby, new Retention(), Noon, 10, Stop));
        Assert.Empty(await log.ListAsync(null, 10, Stop));
    }

    [Fact]
    public async Task Another_store_has_another_epoch()
    {
        var one = await NewLogAsync();
        var other = await NewLogAsync();
        Assert.NotEqual((await one.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Epoch, (await other.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Epoch);
    }

    [Fact]
    public async Task A_position_is_read_without_messages()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(7));
        var page = await log.ReadAsync(Lobby, HistoryQuery.Position, Stop);
        Assert.Equal((1L, 7L), (page.First, page.Last));
        Assert.Empty(page.Messages);
    }

    // Pages.

    [Theory]
    [InlineData(0, 3, "1 2 3", true)]
    [InlineData(0, 10, "1 2 3 4 5 6 7 8 9 10", false)]
    [InlineData(0, 11, "1 2 3 4 5 6 7 8 9 10", false)]
    [InlineData(0, int.MaxValue, "1 2 3 4 5 6 7 8 9 10", false)]
    [InlineData(3, 3, "4 5 6", true)]
    [InlineData(7, 3, "8 9 10", false)]
    [InlineData(9, 3, "10", false)]
    [InlineData(10, 3, "", false)]
    [InlineData(11, 3, "", false)]
    [InlineData(long.MaxValue, 3, "", false)]
    [InlineData(-5, 2, "1 2", true)]
    public async Task Behind_a_sequence_come_the_oldest(long after, int limit, string texts, bool hasMore)
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(10));
        var page = await log.ReadAsync(Lobby, HistoryQuery.Behind(after, limit), Stop);
        Assert.Equal((texts, hasMore), (Texts(page), page.HasMore));
        Assert.Equal((1L, 10L), (page.First, page.Last));
    }

    [Theory]
    [InlineData(11, 3, "8 9 10", true)]
    [InlineData(long.MaxValue, 3, "8 9 10", true)]
    [InlineData(8, 3, "5 6 7", true)]
    [InlineData(4, 3, "1 2 3", false)]
    [InlineData(4, 4, "1 2 3", false)]
    [InlineData(2, 1, "1", false)]
    [InlineData(1, 3, "", false)]
    [InlineData(0, 3, "", false)]
    [InlineData(-1, 3, "", false)]
    [InlineData(11, int.MaxValue, "1 2 3 4 5 6 7 8 9 10", false)]
    public async Task Before_a_sequence_come_the_newest_oldest_first(long before, int limit, string texts, bool hasMore)
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(10));
        var page = await log.ReadAsync(Lobby, HistoryQuery.Preceding(before, limit), Stop);
        Assert.Equal((texts, hasMore), (Texts(page), page.HasMore));
        Assert.Equal((1L, 10L), (page.First, page.Last));
    }

    [Fact]
    public async Task The_newest_are_the_last_ones()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(10));
        var page = await log.ReadAsync(Lobby, HistoryQuery.Newest(4), Stop);
        Assert.Equal(("7 8 9 10", true), (Texts(page), page.HasMore));
        Assert.Equal((Texts(await All(log, Lobby)), false), (Texts(await log.ReadAsync(Lobby, HistoryQuery.Newest(10), Stop)), false));
    }

    [Theory]
    [InlineData(6, "aaaa", true)]        // the first comes
    [InlineData(0, "aaaa", true)]        // whatever its length
    [InlineData(7, "aaaa bbb", true)]
    [InlineData(9, "aaaa bbb cc", true)]
    [InlineData(10, "aaaa bbb cc d", false)]
    public async Task A_page_has_only_so_many_bytes_from_the_oldest(long maxBytes, string texts, bool hasMore)
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("aaaa"), Entry("bbb"), Entry("cc"), Entry("d"));
        var page = await log.ReadAsync(Lobby, HistoryQuery.Behind(0, 100, maxBytes), Stop);
        Assert.Equal((texts, hasMore), (Texts(page), page.HasMore));
    }

    [Theory]
    [InlineData(0, "d", true)]
    [InlineData(2, "d", true)]
    [InlineData(3, "cc d", true)]
    [InlineData(9, "bbb cc d", true)]
    [InlineData(10, "aaaa bbb cc d", false)]
    public async Task A_page_has_only_so_many_bytes_from_the_newest(long maxBytes, string texts, bool hasMore)
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("aaaa"), Entry("bbb"), Entry("cc"), Entry("d"));
        var page = await log.ReadAsync(Lobby, HistoryQuery.Newest(100, maxBytes), Stop);
        Assert.Equal((texts, hasMore), (Texts(page), page.HasMore));
    }

    [Fact]
    public async Task Pages_lead_through_all_messages_both_ways()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(23));
        var forwards = new List<long>();
        for (var page = await log.ReadAsync(Lobby, HistoryQuery.Behind(0, 5), Stop); ; page = await log.ReadAsync(Lobby, HistoryQuery.Behind(forwards[^1], 5), Stop))
        {
            forwards.AddRange(Sequences(page));
            if (!page.HasMore)
            {
                break;
            }
        }

        var backwards = new List<long>();
        for (var page = await log.ReadAsync(Lobby, HistoryQuery.Newest(5), Stop); ; page = await log.ReadAsync(Lobby, HistoryQuery.Preceding(backwards[0], 5), Stop))
        {
            backwards.InsertRange(0, Sequences(page));
            if (!page.HasMore)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, 23).Select(i => (long)i), forwards);
        Assert.Equal(forwards, backwards);
    }

    [Fact]
    public async Task A_page_is_of_one_moment_while_others_append()
    {
        var log = await NewLogAsync();
        var appending = Task.Run(
            async () =>
            {
                for (var i = 0; i < 300; i++)
                {
                    await Append(log, Lobby, Entries(3));
                }
            },
            Stop);
        var last = 0L;
        while (last < 900)
        {
            var page = await All(log, Lobby);
            Assert.True(page.Last >= last);
            last = page.Last;
            Assert.Equal(last, page.Messages.Count);
            Assert.Equal(0, last % 3); // a batch is there as a whole
        }

        await appending;
    }

    // Messages.

    [Theory]
    [InlineData(RoomMessageKind.Text, "Grüße 😀")]
    [InlineData(RoomMessageKind.Text, "")]
    [InlineData(RoomMessageKind.Json, """{"a":[1,2,{"b":null}]}""")]
    [InlineData(RoomMessageKind.Json, "")]
    [InlineData(RoomMessageKind.Binary, "\0\u0001 bytes")]
    [InlineData(RoomMessageKind.Binary, "")]
    public async Task A_message_is_read_as_it_was_appended(RoomMessageKind kind, string text)
    {
        var log = await NewLogAsync();
        var entry = new LogEntry
        {
            Payload = Encoding.UTF8.GetBytes(text),
            Kind = kind,
            Sender = "Ada 😀",
            Publisher = "user-1",
            Id = "m1",
            Key = "temperature",
            At = Noon,
        };
        await log.AppendAsync(Lobby, [entry], Stop);
        var message = Assert.Single((await All(log, Lobby)).Messages);
        Assert.Equal(entry.Payload.ToArray(), message.Payload.ToArray());
        Assert.Equal((kind, "Ada 😀", "m1", "temperature", 1L), (message.Kind, message.Sender, message.Id, message.Key, message.Sequence));
        Assert.Equal(Lobby, message.Room);
        Assert.Equal((await log.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Epoch, message.Epoch);
    }

    [Fact]
    public async Task What_a_message_has_not_it_has_not_and_what_is_empty_is_empty()
    {
        var log = await NewLogAsync();
        await log.AppendAsync(
            Lobby,
            [
                new LogEntry { Payload = default, Kind = RoomMessageKind.Text, At = Noon },
                new LogEntry { Payload = default, Kind = RoomMessageKind.Text, At = Noon, Sender = "", Id = "", Key = "" },
            ],
            Stop);
        var page = await All(log, Lobby);
        Assert.Equal([(null, null, null), ("", "", "")], page.Messages.Select(message => (message.Sender, message.Id, message.Key)));
    }

    [Fact]
    public async Task All_bytes_and_long_messages_come_back()
    {
        var log = await NewLogAsync();
        var every = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var large = new byte[3 * 1024 * 1024 + 7];
        new Random(1).NextBytes(large);
        await log.AppendAsync(
            Lobby,
            [
                new LogEntry { Payload = every, Kind = RoomMessageKind.Binary, At = Noon },
                new LogEntry { Payload = large, Kind = RoomMessageKind.Binary, At = Noon },
                new LogEntry { Payload = large.AsMemory(5, 3), Kind = RoomMessageKind.Binary, At = Noon },
            ],
            Stop);
        var messages = (await All(log, Lobby)).Messages;
        Assert.Equal(every, messages[0].Payload.ToArray());
        Assert.True(large.AsSpan().SequenceEqual(messages[1].Payload.Span));
        Assert.Equal(large[5..8], messages[2].Payload.ToArray());
    }

    [Fact]
    public async Task Times_are_kept_in_whole_milliseconds_of_UTC()
    {
        var log = await NewLogAsync();
        var at = new DateTimeOffset(2026, 7, 1, 14, 30, 15, 123, TimeSpan.FromHours(2)).AddTicks(4567);
        var expected = new DateTimeOffset(2026, 7, 1, 12, 30, 15, 123, TimeSpan.Zero);
        var receipt = await log.AppendAsync(Lobby, [Entry("a", at: at)], Stop);
        var stored = (await All(log, Lobby)).Messages[0].At;
        Assert.Equal((expected, expected), (receipt.Places[0].At, stored));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (receipt.Places[0].At.Offset, stored.Offset));
    }

    [Fact]
    public async Task Clocks_may_step_back()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("a", at: Noon), Entry("b", at: Noon.AddYears(-60)), Entry("c", at: Noon.AddDays(-1)));
        Assert.Equal("a b c", Texts(await All(log, Lobby)));
        Assert.Equal(Noon.AddYears(-60), (await All(log, Lobby)).Messages[1].At);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Any_text_is_a_name_an_id_or_a_key_like_any_other(string text)
    {
        var log = await NewLogAsync();
        var room = Room(text.Replace("/", "", StringComparison.Ordinal)); // a room's name has no slash
        var entry = new LogEntry { Payload = Encoding.UTF8.GetBytes(text), Kind = RoomMessageKind.Text, Sender = text, Publisher = text, Id = text, Key = text, At = Noon };
        await Append(log, Lobby, Entry("untouched"));
        Assert.Equal([1L], await Append(log, room, entry));
        Assert.Equal([1L], await Append(log, room, entry));
        var message = Assert.Single((await All(log, room)).Messages);
        Assert.Equal((text, text, text, text), (message.Sender, message.Id, message.Key, Encoding.UTF8.GetString(message.Payload.Span)));
        Assert.Equal(room, message.Room);
        Assert.Contains(room, await log.ListAsync(null, 10, Stop));
        Assert.Equal(1, await log.TrimAsync(room, Everything with { MaxAge = TimeSpan.Zero }, Noon.AddDays(1), 10, Stop));
        Assert.Equal("untouched", Texts(await All(log, Lobby)));
    }

    [Fact]
    public async Task Names_that_look_alike_are_different_rooms()
    {
        var log = await NewLogAsync();
        string[] names = ["lobby", "Lobby", "lobby ", "\u00E9", "e\u0301", "ß", "ss"];
        foreach (var name in names)
        {
            Assert.Equal([1L], await Append(log, Room(name), Entry(name)));
        }

        Assert.Equal(names.Length, (await log.ListAsync(null, 100, Stop)).Count);
    }

    // Forgetting.

    [Fact]
    public async Task Beyond_a_number_the_oldest_are_forgotten_in_small_steps()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(10));
        var retention = Everything with { MaxMessages = 3 };
        Assert.Equal(4, await log.TrimAsync(Lobby, retention, Noon, 4, Stop));
        var page = await All(log, Lobby);
        Assert.Equal(("5 6 7 8 9 10", 5L, 10L), (Texts(page), page.First, page.Last));
        Assert.Equal(3, await log.TrimAsync(Lobby, retention, Noon, 4, Stop));
        Assert.Equal(0, await log.TrimAsync(Lobby, retention, Noon, 4, Stop));
        page = await All(log, Lobby);
        Assert.Equal(("8 9 10", 8L, 10L), (Texts(page), page.First, page.Last));
    }

    [Fact]
    public async Task Beyond_so_many_bytes_the_oldest_are_forgotten()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("aaaa"), Entry("bbb"), Entry("cc"), Entry("d"));
        Assert.Equal(0, await log.TrimAsync(Lobby, Everything with { MaxBytes = 10 }, Noon, 10, Stop));
        Assert.Equal(1, await log.TrimAsync(Lobby, Everything with { MaxBytes = 9 }, Noon, 10, Stop));
        Assert.Equal(1, await log.TrimAsync(Lobby, Everything with { MaxBytes = 5 }, Noon, 10, Stop));
        Assert.Equal("cc d", Texts(await All(log, Lobby)));
        await Append(log, Lobby, Entry("ee"));
        Assert.Equal(1, await log.TrimAsync(Lobby, Everything with { MaxBytes = 4 }, Noon, 10, Stop));
        Assert.Equal("d ee", Texts(await All(log, Lobby)));
    }

    [Fact]
    public async Task Too_old_is_what_was_taken_longer_ago()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, [.. Enumerable.Range(0, 5).Select(minute => Entry($"{minute}", at: Noon.AddMinutes(minute)))]);
        var retention = Everything with { MaxAge = TimeSpan.FromMinutes(10) };
        Assert.Equal(0, await log.TrimAsync(Lobby, retention, Noon.AddMinutes(9), 10, Stop));
        Assert.Equal(2, await log.TrimAsync(Lobby, retention, Noon.AddMinutes(11.5), 10, Stop));
        var page = await All(log, Lobby);
        Assert.Equal(("2 3 4", 3L, 5L), (Texts(page), page.First, page.Last));
    }

    [Theory]
    [InlineData(0L, null)]
    [InlineData(null, 0L)]
    [InlineData(1L, 1L)]
    public async Task The_newest_message_stays_whatever_its_size(long? maxMessages, long? maxBytes)
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(10));
        await Append(log, Lobby, Entry("a long one"));
        var retention = Everything with { MaxMessages = maxMessages, MaxBytes = maxBytes };
        Assert.Equal(10, await log.TrimAsync(Lobby, retention, Noon, 100, Stop));
        Assert.Equal(0, await log.TrimAsync(Lobby, retention, Noon, 100, Stop));
        Assert.Equal("a long one", Texts(await All(log, Lobby)));
    }

    [Fact]
    public async Task Unless_it_is_too_old_and_then_the_sequence_goes_on()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(3));
        var epoch = (await All(log, Lobby)).Epoch;
        Assert.Equal(3, await log.TrimAsync(Lobby, Everything with { MaxAge = TimeSpan.FromDays(1) }, Noon.AddDays(2), 100, Stop));

        var empty = await All(log, Lobby);
        Assert.Equal((epoch, 4L, 3L, false), (empty.Epoch, empty.First, empty.Last, empty.HasMore));
        Assert.Empty(empty.Messages);
        var newest = await log.ReadAsync(Lobby, HistoryQuery.Newest(5), Stop);
        Assert.Equal((4L, 3L, false), (newest.First, newest.Last, newest.HasMore));
        Assert.Equal([Lobby], await log.ListAsync(null, 10, Stop));

        Assert.Equal([4L], await Append(log, Lobby, Entry("a")));
        var page = await All(log, Lobby);
        Assert.Equal((epoch, 4L, 4L, "a"), (page.Epoch, page.First, page.Last, Texts(page)));
    }

    [Fact]
    public async Task Pages_begin_at_what_is_kept()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(10));
        await log.TrimAsync(Lobby, Everything with { MaxMessages = 4 }, Noon, 100, Stop);
        var behind = await log.ReadAsync(Lobby, HistoryQuery.Behind(2, 2), Stop);
        Assert.Equal(("7 8", true, 7L, 10L), (Texts(behind), behind.HasMore, behind.First, behind.Last));
        var preceding = await log.ReadAsync(Lobby, HistoryQuery.Preceding(9, 5), Stop);
        Assert.Equal(("7 8", false), (Texts(preceding), preceding.HasMore));
        var none = await log.ReadAsync(Lobby, HistoryQuery.Preceding(7, 5), Stop);
        Assert.Equal(("", false), (Texts(none), none.HasMore));
    }

    [Fact]
    public async Task All_that_is_asked_of_retention_holds_together()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, [.. Enumerable.Range(0, 10).Select(minute => Entry("xx", at: Noon.AddMinutes(minute)))]);
        var retention = new Retention { MaxMessages = 8, MaxBytes = 14, MaxAge = TimeSpan.FromMinutes(10) };
        Assert.Equal(3, await log.TrimAsync(Lobby, retention, Noon.AddMinutes(5), 100, Stop));   // bytes: seven are left
        Assert.Equal(2, await log.TrimAsync(Lobby, retention, Noon.AddMinutes(14.5), 100, Stop)); // age: five are left
        Assert.Equal("6 7 8 9 10", string.Join(' ', Sequences(await All(log, Lobby))));
    }

    [Fact]
    public async Task To_forget_nothing_is_to_forget_nothing()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(5));
        Assert.Equal(0, await log.TrimAsync(Lobby, Everything, Noon.AddYears(100), 100, Stop));
        Assert.Equal(0, await log.TrimAsync(Lobby, Everything with { MaxMessages = 1 }, Noon, 0, Stop));
        Assert.Equal(0, await log.TrimAsync(Attic, Everything with { MaxMessages = 1 }, Noon, 10, Stop));
        Assert.Equal(5, (await All(log, Lobby)).Messages.Count);
    }

    [Fact]
    public async Task Other_rooms_keep_what_they_have()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(5));
        await Append(log, Attic, Entries(5));
        await log.TrimAsync(Lobby, Everything with { MaxMessages = 1 }, Noon, 100, Stop);
        Assert.Equal("1 2 3 4 5", Texts(await All(log, Attic)));
    }

    [Fact]
    public async Task Forgetting_goes_on_while_others_append()
    {
        var log = await NewLogAsync();
        var appending = Task.Run(
            async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    await Append(log, Lobby, Entry("x"));
                }
            },
            Stop);
        var forgotten = 0;
        while (!appending.IsCompleted || forgotten < 190)
        {
            forgotten += await log.TrimAsync(Lobby, Everything with { MaxMessages = 10 }, Noon, 3, Stop);
            var page = await All(log, Lobby);
            Assert.Equal(page.Last - page.First + 1, page.Messages.Count);
        }

        await appending;
        Assert.Equal(190, forgotten);
        Assert.Equal(200, (await All(log, Lobby)).Last);
    }

    // Rooms.

    [Fact]
    public async Task Rooms_are_listed_in_ordinal_order_page_by_page()
    {
        var log = await NewLogAsync();

        // Ordinal in .NET is by UTF-16 units: the surrogates of an emoji come before U+FF5E, whose UTF-8 comes before theirs.
        string[] names = ["b", "a", "Z", "aa", "ä", "10", "9", "😀", "\uFF5E", "\uD7FF", "a b", "~"];
        foreach (var name in names)
        {
            await Append(log, Room(name), Entry("x"));
        }

        var expected = names.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(expected, (await log.ListAsync(null, 100, Stop)).Select(room => room.ToString()));
        var paged = new List<RoomName>();
        while (await log.ListAsync(paged.LastOrDefault(), 5, Stop) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 5);
            paged.AddRange(page);
        }

        Assert.Equal(expected, paged.Select(room => room.ToString()));
    }

    [Fact]
    public async Task A_list_may_begin_behind_a_room_that_is_not_there()
    {
        var log = await NewLogAsync();
        await Append(log, Room("a"), Entry("x"));
        await Append(log, Room("c"), Entry("x"));
        Assert.Equal([Room("c")], await log.ListAsync(Room("b"), 10, Stop));
        Assert.Empty(await log.ListAsync(Room("d"), 10, Stop));
        Assert.Empty(await log.ListAsync(null, 0, Stop));
    }

    // Waiting.

    [Fact]
    public async Task Who_is_cancelled_before_does_not_wait()
    {
        var log = await NewLogAsync();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.AppendAsync(Lobby, [Entry("a")], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.ReadAsync(Lobby, HistoryQuery.Position, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.TrimAsync(Lobby, new Retention(), Noon, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.ListAsync(null, 1, cancelled));
        Assert.Equal([1L], await Append(log, Lobby, Entry("b"))); // what was not begun was not appended
    }

    [Fact]
    public async Task Who_is_cancelled_while_waiting_leaves_a_whole_log_behind()
    {
        var log = await NewLogAsync();
        var acknowledged = 0;
        for (var i = 0; i < 100; i++)
        {
            using var source = new CancellationTokenSource();
            var append = log.AppendAsync(Lobby, Entries(3), source.Token).AsTask();
            await source.CancelAsync();
            try
            {
                await append;
                acknowledged++;
            }
            catch (OperationCanceledException)
            {
                // Then it may be there or not.
            }
        }

        await Append(log, Lobby, Entry("last"));
        var page = await All(log, Lobby);
        Assert.Equal(page.Last, page.Messages.Count);
        Assert.Equal(1, page.Last % 3); // whole batches, and the last message
        Assert.True(page.Last >= (acknowledged * 3) + 1);
    }
}
