using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Switchboard.Cli.Connecting;

/// <summary>A connection to a server, or several one after the other. The one place that holds Switchboard's client.</summary>
internal sealed partial class Connection : IAsyncDisposable
{
    private readonly IWebSocketClient _socket;
    private readonly TimeProvider _clock;
    private readonly IConversation _conversation;
    private readonly TaskCompletionSource<bool> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Ending> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, long> _pings = new();
    private int _lastPing;

    // Of the present connection; events come one at a time.
    private bool _wasOpen;

    /// <summary>Begins to connect.</summary>
    /// <exception cref="ArgumentException">The URL is no WebSocket's, or one of the options is none.</exception>
    internal Connection(ConnectTerms terms, IConversation conversation, TimeProvider clock)
    {
        _clock = clock;
        _conversation = conversation;
        _socket = terms.IsReconnecting ? Reconnecting(terms) : new WebSocket(terms.Url, terms.Options);
        _socket.OnOpen += OnOpen;
        _socket.OnMessage += conversation.Received;
        _socket.OnPong += OnPong;
        _socket.OnClose += OnClose;
    }

    /// <summary>Whether a connection was made: known when it is, or when it is known that none will be.</summary>
    internal Task<bool> Opened => _opened.Task;

    /// <summary>How it has ended for good. It never fails.</summary>
    internal Task<Ending> Ended => _ended.Task;

    /// <summary>Whether there is a connection now.</summary>
    internal bool IsOpen => _socket.ReadyState == ReadyState.Open;

    /// <summary>Sends, and waits until the system has taken it: a server that reads slowly slows this down.</summary>
    /// <returns>False if it has ended for good.</returns>
    internal Task<bool> SendAsync(ReadOnlyMemory<byte> data, MessageType type) => _socket.SendAsync(data, type).AsTask();

    /// <summary>Keeps a message until there is a connection again.</summary>
    /// <returns>False if there will be none, or too much waits for it.</returns>
    internal bool TryKeep(ReadOnlyMemory<byte> data, MessageType type) => _socket.Send(data.Span, type);

    /// <summary>Sends a ping.</summary>
    /// <param name="payload">"" for a number that counts up.</param>
    /// <returns>False if there is no connection.</returns>
    /// <exception cref="ArgumentException">It is longer than 125 bytes in UTF-8.</exception>
    internal bool Ping(string payload)
    {
        payload = payload.Length > 0 ? payload : Interlocked.Increment(ref _lastPing).ToString(CultureInfo.InvariantCulture);
        _pings[payload] = _clock.GetTimestamp();
        return _socket.Ping(Encoding.UTF8.GetBytes(payload));
    }

    /// <summary>Begins to close; <see cref="Ended"/> follows.</summary>
    /// <exception cref="ArgumentException">A client must not send this code, or the reason is too long.</exception>
    internal void Close(int code = 1000, string reason = "") => _socket.Close(code, reason);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private ReconnectingWebSocket Reconnecting(ConnectTerms terms)
    {
        var socket = new ReconnectingWebSocket(terms.Url, terms.Options);
        socket.OnReconnecting += OnReconnecting;
        return socket;
    }

    private void OnOpen()
    {
        _wasOpen = true;

        // Those of the connection before are not answered any more.
        _pings.Clear();
        _conversation.Opened(_socket.Protocol, _socket.Extensions);
        _opened.TrySetResult(true);
    }

    private void OnPong(ReadOnlySpan<byte> payload)
    {
        // Others answer pings that keep the connection alive.
        if (_pings.TryRemove(Encoding.UTF8.GetString(payload), out var sent))
        {
            _conversation.Ponged(_clock.GetElapsedTime(sent));
        }
    }

    private void OnReconnecting(Disconnection end)
    {
        _conversation.Interrupted(EndingWith(end.Code, end.Reason, end.Failure), end.Delay);
        _wasOpen = false;
    }

    private void OnClose(CloseCode code, string reason)
    {
        var ending = EndingWith(code, reason, _socket.Failure);
        _conversation.Ended(ending);
        _opened.TrySetResult(false);
        _ended.TrySetResult(ending);
    }

    private Ending EndingWith(CloseCode code, string reason, WebSocketFailure? failure) =>
        new(Credentials().Replace(_socket.Url, "://"), _wasOpen, (int)code, reason, failure?.Message) { Headers = failure?.Headers ?? [] };

    [GeneratedRegex("://[^/]*@")]
    private static partial Regex Credentials();
}
