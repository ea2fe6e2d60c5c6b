using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Switchboard.TestSupport;

/// <summary>What was logged.</summary>
internal sealed class CapturedLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text, Exception? Cause)> _entries = new();

    internal bool Has(int eventId) => _entries.Any(entry => entry.Id == eventId);

    internal Exception? CauseOf(int eventId) => _entries.First(entry => entry.Id == eventId).Cause;

    internal int Count(int eventId) => _entries.Count(entry => entry.Id == eventId);

    internal IEnumerable<string> Texts => _entries.Select(entry => entry.Text);

    internal string[] TextsOf(int eventId) => [.. _entries.Where(entry => entry.Id == eventId).Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((eventId.Id, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}
