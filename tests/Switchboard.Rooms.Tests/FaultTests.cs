using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms.Tests;

public class FaultTests
{
    private static readonly RoomName Lobby = Say.Name("a lobby");

    [Fact]
    public void A_delivery_that_throws_loses_its_message_and_harms_nothing_else()
    {
        var log = new Journal();
        var directory = new RoomDirectory(
            new After(message =>
            {
                if (message.Sequence == 2)
                {
                    throw new InvalidOperationException("a broken member");
                }
            }),
            log: log);
        var (ada, late) = (new Listener("ada"), new Listener("late"));
        var room = directory.Join(Lobby, ada);

        room.Text(ada, "one");
        Assert.Equal(2, room.Text(ada, "two").Sequence);
        room.Text(ada, "three");
        directory.Join(Lobby, late, last: 3);
        room.Text(ada, "four");

        Assert.Equal(["one", "three", "four"], ada.Texts);
        Assert.Equal(["one", "three", "four"], late.Texts);
        Assert.Equal("Delivering message 2 of room a%20lobby threw; members it did not reach lost that message", log.Lines[0]);
        Assert.Equal(2, log.Lines.Count);
    }

    private sealed class Journal : ILogger<RoomDirectory>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
