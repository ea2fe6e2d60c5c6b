namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>A client in a room, which writes down what it hears.</summary>
internal class Guest
{
    private readonly List<Message> _heard = [];
    private readonly TaskCompletionSource<(CloseCode, string)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guest(WebSocket socket)
    {
        Socket = socket;
        Socket.OnMessage += message =>
        {
            lock (_heard)
            {
                _heard.Add(message.ToMessage());
            }
        };
        Socket.OnClose += (code, reason) => _closed.SetResult((code, reason));
    }

    public WebSocket Socket { get; }

    public Task<(CloseCode Code, string Reason)> Closed => _closed.Task;

    public IReadOnlyList<Message> Messages
    {
        get
        {
            lock (_heard)
            {
                return [.. _heard];
            }
        }
    }

    public IReadOnlyList<string> Heard => [.. Messages.Select(message => message.Text)];

    public int Count
    {
        get
        {
            lock (_heard)
            {
                return _heard.Count;
            }
        }
    }

    public void Say(string text) => Assert.True(Socket.Send(text));

    public Message this[int index]
    {
        get
        {
            lock (_heard)
            {
                return _heard[index];
            }
        }
    }

    /// <summary>Waits until it has heard so much, and gives all of it.</summary>
    public async Task<IReadOnlyList<string>> HearAsync(int count)
    {
        await WaitAsync(count);
        return Heard;
    }

    protected async Task WaitAsync(int count)
    {
        if (Count < count)
        {
            await Patience.Until(() => Count >= count || Closed.IsCompleted);
            Assert.True(Count >= count, $"{Count} of {count} messages were heard before the end: {(Closed.IsCompleted ? await Closed : default)}");
        }
    }

    public async Task<CloseCode> CodeAsync() => (await Closed.Soon()).Code;

    /// <summary>Reads nothing any more until <paramref name="goOn"/>: the next message is handed to it, and what comes after stays on the line.</summary>
    public Task StopReading(Task? goOn = null)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Socket.OnMessageAsync += async _ =>
        {
            stopped.TrySetResult();
            await (goOn ?? new TaskCompletionSource().Task);
        };
        return stopped.Task;
    }
}
