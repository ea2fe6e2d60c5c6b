using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Rooms;

/// <summary>A backplane for several nodes in one process: for tests, and to see how a cluster behaves. Loses nothing. Safe from any thread.</summary>
public sealed class InProcessBackplane : IBackplane
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RoomName, Line[]> _lines = [];

    /// <inheritdoc/>
    public ValueTask<IBackplaneLine> SubscribeAsync(RoomName room, IBackplaneListener listener, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(listener);
        cancellationToken.ThrowIfCancellationRequested();
        var line = new Line(this, room, listener);
        lock (_gate)
        {
            _lines[room] = [.. LinesOf(room), line];
        }

        return ValueTask.FromResult<IBackplaneLine>(line);
    }

    private Line[] LinesOf(RoomName room)
    {
        lock (_gate)
        {
            return _lines.GetValueOrDefault(room) ?? [];
        }
    }

    private void Remove(Line line)
    {
        lock (_gate)
        {
            Line[] left = [.. LinesOf(line.Room).Where(each => each != line)];
            if (left.Length == 0)
            {
                _lines.Remove(line.Room);
            }
            else
            {
                _lines[line.Room] = left;
            }
        }
    }

    private sealed class Line(InProcessBackplane backplane, RoomName room, IBackplaneListener listener) : IBackplaneLine
    {
        // One piece of news at a time, and under no lock: hearing may lead to telling.
        private readonly Queue<RoomEvent> _news = new();
        private bool _isHearing;

        public RoomName Room => room;

        public void Tell(RoomEvent news)
        {
            foreach (var other in backplane.LinesOf(room))
            {
                if (other != this)
                {
                    other.Hear(news);
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            backplane.Remove(this);
            return ValueTask.CompletedTask;
        }

        private void Hear(RoomEvent news)
        {
            lock (_news)
            {
                _news.Enqueue(news);
                if (_isHearing)
                {
                    return;
                }

                _isHearing = true;
            }

            while (TryTake(out var next))
            {
                listener.OnNews(next);
            }
        }

        private bool TryTake([NotNullWhen(true)] out RoomEvent? next)
        {
            lock (_news)
            {
                return _isHearing = _news.TryDequeue(out next);
            }
        }
    }
}
