using System.Globalization;
using System.Text;
using CsCheck;

namespace Switchboard.Rooms.Sqlite.Tests;

/// <summary>Any order of calls does to a store what it does to a model of a few lines. Each example is tried on one store, with rooms of its own.</summary>
public sealed class ModelTests : LogTest
{
    private const int Rooms = 3;

    private static readonly Gen<Call> Calls = Gen.Frequency(
        (6, Gen.Select(Gen.Int[0, Rooms - 1], Entries).Select((room, entries) => new Call(room, Append: entries))),
        (2, Gen.Select(Gen.Int[0, Rooms - 1], Retentions, Gen.Int[0, 6]).Select((room, retention, atMost) => new Call(room, Retention: retention, AtMost: atMost))),
        (3, Gen.Select(Gen.Int[0, Rooms - 1], Queries).Select((room, query) => new Call(room, Query: query))),
        (1, Gen.Const(new Call(0, IsReopening: true))));

    // Few publishers and ids, so that they meet; minutes that step back; payloads of 0 to 9 bytes.
    private static Gen<LogEntry[]> Entries => Gen.Select(Gen.Int[0, 1], Gen.Int[0, 6], Gen.Int[0, 9], Gen.Int[0, 20]).Select((publisher, id, length, minute) => new LogEntry
    {
        Payload = new byte[length],
        Kind = (RoomMessageKind)(length % 3),
        Publisher = publisher == 0 ? "" : "ada",
        Id = id == 0 ? null : id.ToString(CultureInfo.InvariantCulture),
        At = Noon.AddMinutes(minute),
    }).Array[1, 5];

    private static Gen<Retention> Retentions => Gen.Select(Gen.Int[0, 8], Gen.Int[0, 40], Gen.Int[0, 20]).Select((messages, bytes, minutes) => new Retention
    {
        MaxMessages = messages == 8 ? null : messages,
        MaxBytes = bytes > 30 ? null : bytes,
        MaxAge = minutes > 10 ? null : TimeSpan.FromMinutes(minutes),
    });

    private static Gen<HistoryQuery> Queries => Gen.Select(Gen.Bool, Gen.Long[-1, 30], Gen.Int[0, 10], Gen.Long[0, 40]).Select((isAfter, sequence, limit, bytes) =>
        isAfter ? HistoryQuery.Behind(sequence, limit, bytes) : HistoryQuery.Preceding(sequence, limit, bytes));

    [Fact]
    public async Task Does_what_the_model_does()
    {
        var log = Open();
        var example = 0;
        await Calls.Array[1, 30].SampleAsync(
            async calls =>
            {
                var number = ++example;
                var names = Enumerable.Range(0, Rooms).Select(room => Room($"{number}.{room}")).ToArray();
                var models = names.Select(_ => new RoomModel()).ToArray();
                foreach (var call in calls)
                {
                    if (call.IsReopening)
                    {
                        await log.DisposeAsync();
                        log = Open();
                    }
                    else
                    {
                        Assert.Equal(models[call.Room].Do(call), await Do(log, names[call.Room], call));
                    }
                }

                foreach (var (name, model) in names.Zip(models))
                {
                    var everything = new Call(0, Query: HistoryQuery.Behind(0, 1_000));
                    Assert.Equal(model.Do(everything), await Do(log, name, everything));
                }
            },
            iter: 150,
            threads: 1);
    }

    // Both sides say what has come of a call in the same words.
    private static async Task<string> Do(SqliteMessageLog log, RoomName room, Call call)
    {
        if (call.Append is { } entries)
        {
            var receipt = await log.AppendAsync(room, entries, Stop);
            return string.Join(' ', receipt.Places.Select(place => Words(place.Sequence, place.IsRepeat, place.At)));
        }

        if (call.Retention is { } retention)
        {
            return $"{await log.TrimAsync(room, retention, Noon.AddMinutes(20), call.AtMost, Stop)}";
        }

        var page = await log.ReadAsync(room, call.Query!.Value, Stop);
        return Words(page.First, page.Last, page.HasMore, page.Messages.Select(message => (message.Sequence, message.Payload.Length, message.Kind, message.Id)));
    }

    private static string Words(long sequence, bool isRepeat, DateTimeOffset at) => $"{sequence}{(isRepeat ? "r" : "")}@{at:HH:mm}";

    private static string Words(long first, long last, bool hasMore, IEnumerable<(long, int, RoomMessageKind, string?)> messages) =>
        $"{first}..{last}{(hasMore ? "+" : "")}: {string.Join(' ', messages)}";

    private sealed record Call(int Room, LogEntry[]? Append = null, Retention? Retention = null, int AtMost = 0, HistoryQuery? Query = null, bool IsReopening = false)
    {
        public override string ToString()
        {
            var text = new StringBuilder($"room {Room}: ");
            return (Append, Retention, Query) switch
            {
                ({ } entries, _, _) => text.AppendJoin(' ', entries.Select(entry => $"{entry.Publisher}/{entry.Id}/{entry.Payload.Length}/{entry.At:mm}")).ToString(),
                (_, { } retention, _) => text.Append(CultureInfo.InvariantCulture, $"trim {AtMost} to {retention}").ToString(),
                (_, _, { } query) => text.Append(CultureInfo.InvariantCulture, $"read {query}").ToString(),
                _ => "reopen",
            };
        }
    }

    private sealed class RoomModel
    {
        private readonly List<(long Sequence, LogEntry Entry)> _kept = [];
        private long _last;

        private long First => _kept.Count > 0 ? _kept[0].Sequence : _last + 1;

        public string Do(Call call) =>
            call.Append is { } entries ? string.Join(' ', entries.Select(Add))
            : call.Retention is { } retention ? $"{Forget(retention, call.AtMost)}"
            : Read(call.Query!.Value);

        private string Add(LogEntry entry)
        {
            var there = _kept.Find(kept => entry.Id is not null && kept.Entry.Id == entry.Id && kept.Entry.Publisher == entry.Publisher);
            if (there.Entry is not null)
            {
                return Words(there.Sequence, true, there.Entry.At);
            }

            _kept.Add((++_last, entry));
            return Words(_last, false, entry.At);
        }

        private int Forget(Retention retention, int atMost)
        {
            var forgotten = 0;
            for (; forgotten < atMost && _kept.Count > 0; forgotten++)
            {
                var isTooOld = Noon.AddMinutes(20) - _kept[0].Entry.At > retention.MaxAge;
                var isTooMuch = _kept.Count > retention.MaxMessages || _kept.Sum(kept => kept.Entry.Payload.Length) > retention.MaxBytes;
                if (!isTooOld && !(isTooMuch && _kept.Count > 1))
                {
                    break;
                }

                _kept.RemoveAt(0);
            }

            return forgotten;
        }

        private string Read(HistoryQuery query)
        {
            var matching = _kept.Where(kept => query.After is { } after ? kept.Sequence > after : kept.Sequence < query.Before).ToList();
            if (query.After is null)
            {
                matching.Reverse();
            }

            var taken = new List<(long Sequence, LogEntry Entry)>();
            foreach (var kept in matching.Take(query.Limit))
            {
                if (taken.Count > 0 && taken.Sum(one => one.Entry.Payload.Length) + kept.Entry.Payload.Length > query.MaxBytes)
                {
                    break;
                }

                taken.Add(kept);
            }

            return Words(
                First, _last, taken.Count < matching.Count,
                taken.OrderBy(one => one.Sequence).Select(one => (one.Sequence, one.Entry.Payload.Length, one.Entry.Kind, one.Entry.Id)));
        }
    }
}
