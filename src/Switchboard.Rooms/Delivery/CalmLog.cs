using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms;

/// <summary>
/// A log that stays readable while something is down, and does not fill the disk that may be what is down: each kind of event is written at once, then at
/// most every ten seconds, with how many others it stands for.
/// </summary>
internal sealed class CalmLog(ILogger log, TimeProvider time) : ILogger
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Written> _written = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!TryPass(eventId, out var passedOver))
        {
            return;
        }

        log.Log(logLevel, eventId, state, exception, formatter);
        if (passedOver > 0)
        {
            RoomLog.PassedOver(log, passedOver, eventId.Name);
        }
    }

    private bool TryPass(EventId eventId, out int passedOver)
    {
        lock (_gate)
        {
            var isKnown = _written.TryGetValue(eventId.Id, out var last);
            var passes = !isKnown || time.GetElapsedTime(last.At) >= Pause;
            passedOver = passes ? last.PassedOver : 0;
            _written[eventId.Id] = passes ? new Written(time.GetTimestamp(), 0) : last with { PassedOver = last.PassedOver + 1 };
            return passes;
        }
    }

    private readonly record struct Written(long At, int PassedOver);
}
