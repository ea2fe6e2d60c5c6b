using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Switchboard.Cli.Connecting;

/// <summary>A connection to a server. The one place that knows Switchboard's client: new options of it arrive here.</summary>
internal sealed class Connection : IAsyncDisposable
{
    private readonly WebSocket _socket;
    private readonly TimeProvider _clock;
    private readonly IConversation _conversation;
    private readonly TaskCompletionSource<bool> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, long> _pings = new();
    private int _lastPing;

    /// <summary>Begins to connect.</summary>
    /// <exception cref="FormatException">The URL is no WebSocket's.</exception>
    /// <exception cref="ArgumentException">A subprotocol is not a token, or is offered twice.</exception>
    /// <exception cref="NotSupportedException">The URL's scheme is not spoken.</exception>
    internal Connection(ConnectTerms terms, IConversation conversation, TimeProvider clock)
    {
        _clock = clock;
        _conversation = conversation;
        _socket = new WebSocket(terms.Url, new WebSocketClientOptions
        {
            Headers = terms.Headers,
            Protocols = terms.Protocols,
            Compression = terms.IsCompressionOffered ? CompressionOptions.Default : null,
            ConnectTimeout = terms.Timeout,
        });
        _socket.OnOpen += OnOpen;
        _socket.OnMessage += conversation.Received;
        _socket.OnPong += OnPong;
        Ended = EndAsync();
    }

    /// <summary>Whether the connection was made: known when it is, or when it is known that it will not be.</summary>
    internal Task<bool> Opened => _opened.Task;

    /// <summary>How it has ended. It never fails.</summary>
    internal Task<Ending> Ended { get; }

    /// <summary>The URL as the client has read it.</summary>
    internal string Url => _socket.Url;

    /// <summary>Sends, and waits until the system has taken it: a server that reads slowly slows this down.</summary>
    /// <returns>False if the connection is not open any more.</returns>
    internal Task<bool> SendAsync(string text) => _socket.SendAsync(text).AsTask();

    /// <inheritdoc cref="SendAsync(string)"/>
    internal Task<bool> SendAsync(ReadOnlyMemory<byte> data) => _socket.SendAsync(data).AsTask();

    /// <summary>Sends a ping.</summary>
    /// <param name="payload">"" for a number that counts up.</param>
    /// <exception cref="ArgumentException">It is longer than 125 bytes in UTF-8.</exception>
    internal void Ping(string payload)
    {
        payload = payload.Length > 0 ? payload : Interlocked.Increment(ref _lastPing).ToString(CultureInfo.InvariantCulture);
        _pings[payload] = _clock.GetTimestamp();
        _socket.Ping(Encoding.UTF8.GetBytes(payload));
    }

    /// <summary>Begins to close; <see cref="Ended"/> follows.</summary>
    /// <exception cref="ArgumentException">A client must not send this code, or the reason is too long.</exception>
    internal void Close(int code = 1000, string reason = "") => _socket.Close((CloseCode)code, reason);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private void OnOpen()
    {
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

    private async Task<Ending> EndAsync()
    {
        await _socket.Closed;
        var wasOpen = !_opened.TrySetResult(false);
        return new Ending(wasOpen, _socket.WasClean, (int)_socket.CloseCode!, _socket.CloseReason);
    }
}
