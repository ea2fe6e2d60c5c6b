using System.Buffers;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Switchboard.Transports;

namespace Switchboard.Tests.Support;

/// <summary>The other side of the wire, played by the test: it says what it wants, well-formed or not, and sees each frame that comes.</summary>
internal sealed class RawPeer : ITransportReceiver
{
    private readonly ITransport _transport;
    private readonly bool _masks;
    private readonly Channel<Frame> _frames = Channel.CreateUnbounded<Frame>();
    private readonly TaskCompletionSource<string> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte> _pending = [];
    private volatile bool _reads = true;
    private int _isPaused;
    private int _bursts;

    private RawPeer(ITransport transport, bool masks)
    {
        _transport = transport;
        _masks = masks;
    }

    /// <summary>Complete when the connection has ended.</summary>
    internal Task Closed => _closed.Task;

    internal Exception? Fault { get; private set; }

    /// <summary>The head of the HTTP message that came first.</summary>
    internal Task<string> Head => _head.Task;

    /// <summary>How many times bytes came.</summary>
    internal int Bursts => Volatile.Read(ref _bursts);

    /// <summary>How much of what was sent the line has not taken.</summary>
    internal long Unsent => _transport.Unsent;

    internal static string Request(string path = "/", string headers = "") =>
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n";

    /// <summary>Connects and says nothing.</summary>
    internal static async Task<RawPeer> ConnectAsync(ITransportFactory network, int port) =>
        Start(await network.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken), masks: true);

    /// <summary>Connects, and completes the opening handshake.</summary>
    internal static async Task<RawPeer> OpenAsync(ITransportFactory network, int port, string path = "/", string headers = "", params Frame[] early)
    {
        var peer = await ConnectAsync(network, port);
        peer.Send([.. Encoding.Latin1.GetBytes(Request(path, headers)), .. early.SelectMany(frame => frame.ToBytes(isMasked: true))]);
        Assert.StartsWith("HTTP/1.1 101 ", await peer.Head.InTime(), StringComparison.Ordinal);
        return peer;
    }

    /// <summary>Completes the opening handshake, and reads nothing after it until <see cref="ReadOn"/>.</summary>
    internal static async Task<RawPeer> OpenPausedAsync(ITransportFactory network, int port)
    {
        var peer = await ConnectAsync(network, port);
        peer._reads = false;
        peer.Send(Request());
        await peer.Head.InTime();
        await Eventually.IsTrue(() => Volatile.Read(ref peer._isPaused) == 1);
        return peer;
    }

    internal static RawPeer Start(ITransport transport, bool masks)
    {
        var peer = new RawPeer(transport, masks);
        transport.Start(peer);
        return peer;
    }

    internal void Send(params byte[] bytes)
    {
        using (_transport.Gate.Enter())
        {
            _transport.Write(bytes);
        }

        _transport.Flush();
    }

    internal void Send(string head) => Send(Encoding.Latin1.GetBytes(head));

    /// <summary>Sends the frames in one piece.</summary>
    internal void Send(params Frame[] frames) => Send([.. frames.SelectMany(frame => frame.ToBytes(_masks))]);

    internal void Abort() => _transport.Abort();

    internal void Shutdown() => _transport.Shutdown();

    internal void ReadOn()
    {
        _reads = true;
        if (Interlocked.Exchange(ref _isPaused, 0) == 1)
        {
            _transport.ResumeReceiving();
        }
    }

    /// <summary>The next frame; null when the connection has ended before it.</summary>
    internal async Task<Frame?> NextAsync()
    {
        try
        {
            return await _frames.Reader.ReadAsync(TestContext.Current.CancellationToken).InTime();
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    internal async Task<string> NextTextAsync()
    {
        var frame = await NextAsync();
        Assert.Equal(Frame.TextOpcode, frame?.Opcode);
        return frame!.Text;
    }

    internal async Task<(int? Code, string Reason)> NextCloseAsync()
    {
        var frame = await NextAsync();
        Assert.Equal(Frame.CloseOpcode, frame?.Opcode);
        return (frame!.CloseCode, frame.CloseReason);
    }

    /// <summary>Whatever comes until the end.</summary>
    internal async Task<List<Frame>> RestAsync()
    {
        await Closed.InTime();
        return await _frames.Reader.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Answers the close frame that comes next, and waits for the end.</summary>
    internal async Task<(int? Code, string Reason)> AnswerCloseAsync()
    {
        var close = await NextCloseAsync();
        Send(new Frame(Frame.CloseOpcode, close.Code is { } code ? [(byte)(code >> 8), (byte)code] : []));
        await Closed.InTime();
        return close;
    }

    void ITransportReceiver.OnReceived(Span<byte> bytes)
    {
        Interlocked.Increment(ref _bursts);
        _pending.AddRange(bytes);
        if (!_head.Task.IsCompleted)
        {
            var text = Encoding.Latin1.GetString([.. _pending]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                return;
            }

            _pending.RemoveRange(0, end + 4);
            _head.SetResult(text[..(end + 4)]);
        }

        var all = _pending.ToArray().AsSpan();
        while (Frame.TryRead(all, out var consumed) is { } frame)
        {
            all = all[consumed..];
            _frames.Writer.TryWrite(frame);
        }

        _pending.Clear();
        _pending.AddRange(all);
    }

    bool ITransportReceiver.OnBatchEnd()
    {
        if (_reads)
        {
            return true;
        }

        Volatile.Write(ref _isPaused, 1);
        return false;
    }

    void ITransportReceiver.OnSent(bool hasWaited)
    {
    }

    void ITransportReceiver.OnClosed(Exception? fault)
    {
        Fault = fault;
        _head.TrySetException(fault ?? new IOException("The connection has ended before the head was there."));
        _ = _head.Task.Exception;
        _frames.Writer.TryComplete();
        _closed.TrySetResult();
    }
}
