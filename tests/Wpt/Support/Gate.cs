using System.Collections.Concurrent;

namespace Switchboard.Wpt.Support;

/// <summary>
/// Where a handler of the server waits until the test lets it go on: what the suite does by sleeping. It is named in the query of the URL.
/// </summary>
internal sealed class Gate
{
    private static readonly ConcurrentDictionary<string, Gate> All = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Gate() => All[Name] = this;

    internal string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Complete when the handler waits.</summary>
    internal Task Reached => _reached.Task.InTime();

    internal bool IsReached => _reached.Task.IsCompleted;

    /// <param name="query">With or without its question mark.</param>
    internal static Gate Of(string query) => All[query.TrimStart('?')];

    internal void Open() => _opened.TrySetResult();

    internal Task PassAsync(CancellationToken cancellationToken = default)
    {
        _reached.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
