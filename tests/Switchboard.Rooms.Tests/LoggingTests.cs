using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.Tests;

/// <summary>A log that stays readable while something is down.</summary>
public class LoggingTests
{
    private const int AppendFailed = 3001;
    private const int ReadFailed = 3002;
    private const int PassedOver = 3009;

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_fault_is_written_at_once_and_then_one_for_many()
    {
        using var lines = new CapturedLog();
        var log = new ScriptedLog { BeforeAppend = ScriptedLog.Fail };
        await using var directory = new RoomDirectory(
            new RoomOptions { Log = log, TimeProvider = _clock, Rules = new RoomRules(new RoomSettings { Rate = null }) }, log: new Logger<RoomDirectory>(lines));
        var ada = new Hearer();
        var room = await directory.Join(ada);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("unavailable", (await Say.Refused(() => room.Text(ada, "x"))).Code);
        }

        Assert.Single(lines.TextsOf(AppendFailed));
        Assert.IsType<LogUnavailableException>(lines.CauseOf(AppendFailed));

        _clock.Advance(TimeSpan.FromSeconds(10));
        await Say.Refused(() => room.Text(ada, "x"));
        Assert.Equal(2, lines.Count(AppendFailed));
        Assert.Equal("99 more of AppendFailed came since it was last written, and were not", Assert.Single(lines.TextsOf(PassedOver)));
    }

    [Fact]
    public void Each_kind_of_event_is_on_its_own()
    {
        using var lines = new CapturedLog();
        var calm = new CalmLog(lines, _clock);
        RoomLog.AppendFailed(calm, new IOException(), "lobby", 1);
        RoomLog.ReadFailed(calm, new IOException(), "lobby");
        RoomLog.ReadFailed(calm, new IOException(), "lobby");
        _clock.Advance(CalmLog.Pause);
        RoomLog.AppendFailed(calm, new IOException(), "lobby", 1);
        Assert.Equal((2, 1, 0), (lines.Count(AppendFailed), lines.Count(ReadFailed), lines.Count(PassedOver)));
    }
}
