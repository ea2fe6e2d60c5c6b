using System.Net;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Transports;

namespace Switchboard.Tests.Client;

/// <summary>The opening request leaves on the thread that connects, and the answer may be there before that thread has gone on.</summary>
public sealed class OpeningFlushTests
{
    [Fact]
    public async Task A_message_that_leaves_with_the_request_is_told_to_have_left()
    {
        var transport = new SlowTransport();
        var sending = new TaskCompletionSource<Task<bool>>();
        transport.OnSending = request =>
        {
            // The system has the request, and the thread that gave it is not back yet: the answer comes, and the application sends.
            transport.Receive(Encoding.ASCII.GetBytes(AnswerTo(request)));
            sending.SetResult(transport.Client!.SendAsync("with it", TestContext.Current.CancellationToken).AsTask());
        };
        var gate = new TaskCompletionSource();
        var client = transport.Client = new WebSocket(
            "ws://nowhere.test/",
            new WebSocketClientOptions { Transport = new Factory(transport, gate.Task), Compression = null, PingInterval = TimeSpan.Zero });
        gate.SetResult();

        Assert.True(await (await sending.Task.InTime()).InTime());
        Assert.Equal(0, client.BufferedAmount);
        client.Abort();
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "RFC 6455 §1.3 wants SHA-1; nothing rests on its strength.")]
    private static string AnswerTo(string request)
    {
        var key = request.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        return $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
    }

    private sealed class Factory(ITransport transport, Task gate) : ITransportFactory
    {
        public ITransportListener Listen(EndPoint endPoint, int backlog) => throw new NotSupportedException();

        public async ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
        {
            await gate;
            return transport;
        }
    }

    /// <summary>Sends as a socket does: one thread at a time, which also takes what others write meanwhile.</summary>
    private sealed class SlowTransport : ITransport, ICorkFlusher
    {
        private readonly byte[] _output = new byte[4096];
        private ITransportReceiver? _receiver;
        private WriteGate _gate;
        private int _written;
        private bool _isSending;

        internal WebSocket? Client { get; set; }

        /// <summary>Called between the first send and its return.</summary>
        internal Action<string>? OnSending { get; set; }

        public ref WriteGate Gate => ref _gate;

        public long Unsent => _written;

        public EndPoint? LocalEndPoint => null;

        public EndPoint? RemoteEndPoint => null;

        public void Start(ITransportReceiver receiver) => _receiver = receiver;

        public Memory<byte> GetMemory(int sizeHint = 0) => _output.AsMemory(_written);

        public Span<byte> GetSpan(int sizeHint = 0) => _output.AsSpan(_written);

        public void Advance(int count) => _written += count;

        public void Flush()
        {
            if (_isSending)
            {
                return;
            }

            _isSending = true;
            var happens = OnSending;
            OnSending = null;
            happens?.Invoke(Encoding.ASCII.GetString(_output, 0, _written));
            _written = 0;
            _isSending = false;
        }

        public void FlushSoon()
        {
            if (!Cork.TryNote(this, this))
            {
                Flush();
            }
        }

        void ICorkFlusher.Flush(List<ITransport> transports)
        {
            Flush();
            _receiver!.OnSent(hasWaited: false);
        }

        public void ResumeReceiving()
        {
        }

        public void Shutdown() => Flush();

        public void Abort() => ThreadPool.QueueUserWorkItem(_ => _receiver!.OnClosed(null));

        // On a thread of its own, as a transport does.
        internal void Receive(byte[] bytes) => Task.Run(() =>
        {
            _receiver!.OnReceived(bytes);
            _receiver.OnBatchEnd();
        }).Wait();
    }
}
