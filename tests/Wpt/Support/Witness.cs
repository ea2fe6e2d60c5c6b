namespace Switchboard.Wpt.Support;

/// <summary>
/// A socket whose events are written down, each with what it says: <c>open</c>, <c>message Text abc</c>, <c>error Handshake</c>,
/// <c>close 1000 'reason' clean</c>. In each of them the ready state must be the one that the standard gives it.
/// </summary>
internal sealed class Witness
{
    private const int LongestShown = 64;

    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Witness(string url, Acts? acts = null)
    {
        acts ??= new Acts();
        Socket = new WebSocket(url, Variant.Trusting(acts.Options));
        Socket.OnOpen += () => Step("open", ReadyState.Open, acts.Open);
        Socket.OnMessage += view =>
        {
            var message = view.ToMessage();
            Step($"message {message.Type} {Shown(message)}", ReadyState.Open, socket => acts.Message?.Invoke(socket, message));
        };
        Socket.OnError += failure => Step($"error {failure.Kind}", ReadyState.Closed, acts.Error);
        Socket.OnClose += (code, reason) =>
        {
            Assert.Equal((code, reason), (Socket.CloseCode, Socket.CloseReason));
            Step($"close {(int)code} '{reason}' {(Socket.WasClean ? "clean" : "not clean")}", ReadyState.Closed, acts.Close);
        };
        acts.Created?.Invoke(Socket);
    }

    internal WebSocket Socket { get; }

    internal List<string> Events { get; } = [];

    /// <summary>Waits until the socket has closed, and a little for what must not come after.</summary>
    internal async Task EndAsync()
    {
        await await Task.WhenAny(Socket.Closed, _failed.Task).InTime();
        await Task.Delay(10, TestContext.Current.CancellationToken);
        if (_failed.Task.IsFaulted)
        {
            await _failed.Task;
        }
    }

    private static string Shown(Message message) =>
        message.Data.Length > LongestShown ? $"of {message.Data.Length} bytes"
        : message.Type == MessageType.Text ? message.Text
        : Convert.ToHexString(message.Data.Span);

    // A handler that throws would end its connection; here it fails its test.
    private void Step(string what, ReadyState expected, Action<WebSocket>? act)
    {
        Events.Add(what);
        try
        {
            Assert.Equal((what, expected), (what, Socket.ReadyState));
            act?.Invoke(Socket);
        }
        catch (Exception e)
        {
            _failed.TrySetException(e);
        }
    }
}
