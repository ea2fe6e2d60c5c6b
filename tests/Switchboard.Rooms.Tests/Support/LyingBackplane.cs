namespace Switchboard.Rooms.Tests;

/// <summary>A backplane that does with news what the test says: nothing, twice, later. It can be interrupted.</summary>
internal sealed class LyingBackplane : IBackplane
{
    private readonly InProcessBackplane _honest = new();
    private readonly List<IBackplaneListener> _listeners = [];

    public Action<RoomEvent, Action> Lie { get; set; } = (_, tell) => tell();

    /// <summary>How many lines there are.</summary>
    public int Lines { get; private set; }

    public async ValueTask<IBackplaneLine> SubscribeAsync(RoomName room, IBackplaneListener listener, CancellationToken cancellationToken)
    {
        _listeners.Add(listener);
        var line = await _honest.SubscribeAsync(room, listener, cancellationToken);
        Lines++;
        return new Line(this, line);
    }

    public void Interrupt() => _listeners.ForEach(listener => listener.OnInterruption());

    private sealed class Line(LyingBackplane backplane, IBackplaneLine honest) : IBackplaneLine
    {
        public void Tell(RoomEvent news) => backplane.Lie(news, () => honest.Tell(news));

        public ValueTask DisposeAsync()
        {
            backplane.Lines--;
            return honest.DisposeAsync();
        }
    }
}
