using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.Tests;

/// <summary>What is beyond retention is forgotten, behind everyone's back.</summary>
public class HousekeepingTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tour = 120 * Tick;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    private readonly ScriptedLog _log = new() { Inner = new InMemoryMessageLog(new InMemoryMessageLogOptions { MaxMessagesInRoom = 10_000 }) };

    [Fact]
    public async Task Soon_where_something_was_stored_in_steps()
    {
        await using var directory = Directory(new Retention { MaxMessages = 10 });
        for (var i = 0; i < 1_200; i++)
        {
            await directory.Text(Say.Lobby, "x");
        }

        _clock.Advance(Tick);

        await Eventually.IsTrue(() => First(_log) == 1_191);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Now_and_then_where_nobody_says_anything(bool isDurable)
    {
        var ephemeral = new InMemoryMessageLog();
        await using var directory = Directory(new Retention { MaxAge = TimeSpan.FromMinutes(1) }, isDurable, ephemeral);
        await directory.Text(Say.Lobby, "x");
        _clock.Advance(Tick); // too young
        await Eventually.IsTrue(() =>
        {
            _clock.Advance(Tour / 4);
            return First(isDurable ? _log : ephemeral) == 2;
        });
    }

    [Fact]
    public async Task What_fails_is_tried_again()
    {
        await using var directory = Directory(new Retention { MaxMessages = 1 });
        var trims = 0;
        _log.BeforeTrim = () => ++trims < 4 ? throw new OperationCanceledException("the log's own") : Task.CompletedTask;
        await directory.Text(Say.Lobby, "x");
        await directory.Text(Say.Lobby, "x");
        await Eventually.IsTrue(() =>
        {
            _clock.Advance(Tick);
            return First(_log) == 2;
        });
        Assert.Equal(4, trims);
    }

    [Fact]
    public async Task While_the_log_is_down_one_room_is_tried_at_a_tick_not_all()
    {
        await using var directory = Directory(new Retention { MaxMessages = 1 });
        var trims = 0;
        _log.BeforeTrim = () => { trims++; return ScriptedLog.Fail(); };
        for (var i = 0; i < 100; i++)
        {
            await directory.Text(Say.Name($"{i}"), "x");
        }

        _clock.Advance(Tick);
        await Eventually.IsTrue(() => trims == 1);
        _clock.Advance(Tick);
        await Eventually.IsTrue(() => trims == 2);
    }

    private RoomDirectory Directory(Retention retention, bool isDurable = true, IMessageLog? ephemeral = null) => new(new RoomOptions
    {
        Log = _log,
        EphemeralLog = ephemeral,
        TimeProvider = _clock,
        Rules = new RoomRules(new RoomSettings { Retention = retention, Durable = isDurable }),
    });

    private static long First(IMessageLog log) => log.ReadAsync(Say.Lobby, HistoryQuery.Position, default).AsTask().Result.First;
}
