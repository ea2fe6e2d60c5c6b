using System.Net;
using Switchboard.Transports;

namespace Switchboard.Tests.Support;

/// <summary>Hands over what the test accepts.</summary>
internal sealed class CountingFactory : ITransportFactory, ITransportListener
{
    private Action<ITransport> _accept = static _ => { };

    internal CountingFactory(out Action<ITransport> accept) => accept = transport => _accept(transport);

    public EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    public ITransportListener Listen(EndPoint endPoint, int backlog) => this;

    public void Start(Action<ITransport> onAccepted) => _accept = onAccepted;

    public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A transport that counts and keeps nothing. The test receives for it.</summary>
internal sealed class CountingTransport : ITransport, ICorkFlusher
{
    private readonly byte[] _output = new byte[64 * 1024];
    private ITransportReceiver? _receiver;
    private int _written;
    private bool _isNoted;
    private int _resumes;
    private WriteGate _gate;

    internal int FlushesWithBytes { get; private set; }

    internal int LastFlush { get; private set; }

    internal int Resumes => Volatile.Read(ref _resumes);

    public ref WriteGate Gate => ref _gate;

    public long Unsent => _written;

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    internal void Receive(Span<byte> bytes)
    {
        Cork.Put();
        _receiver!.OnReceived(bytes);
        _receiver.OnBatchEnd();
        Cork.Pull();
    }

    internal void End() => _receiver!.OnClosed(null);

    public void Start(ITransportReceiver receiver) => _receiver = receiver;

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.AsSpan(_written);

    public void Advance(int count) => _written += count;

    public void Flush()
    {
        if (_written > 0)
        {
            FlushesWithBytes++;
            LastFlush = _written;
            _written = 0;
        }
    }

    public void FlushSoon()
    {
        if (!_isNoted)
        {
            _isNoted = Cork.TryNote(this, this);
            if (!_isNoted)
            {
                Flush();
            }
        }
    }

    void ICorkFlusher.Flush(List<ITransport> transports)
    {
        _isNoted = false;
        Flush();
    }

    public void ResumeReceiving() => Interlocked.Increment(ref _resumes);

    public void Shutdown() => Flush();

    public void Abort()
    {
    }
}
