using System.Buffers;

namespace Switchboard.Transports.Tests.Support;

/// <summary>
/// Writes down what a transport tells it, and what it must not: callbacks that overlap, that come after the end, or that come
/// from inside a call made to the transport.
/// </summary>
internal sealed class Recorder : ITransportReceiver
{
    [ThreadStatic]
    private static int _callsUnderWay;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<string> _complaints = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inCallback;
    private int _closedCount;
    private int _sentCount;
    private int _batches;

    internal delegate void BytesHandler(Span<byte> bytes);

    /// <summary>Runs after the bytes were recorded.</summary>
    internal BytesHandler? WhenReceived { get; init; }

    /// <summary>What <see cref="OnBatchEnd"/> answers.</summary>
    internal Func<bool> WhenBatchEnds { get; set; } = static () => true;

    /// <summary>Whether a call to a transport is under way on this thread.</summary>
    internal static bool IsInCall => _callsUnderWay > 0;

    internal Task Closed => _closed.Task;

    internal Exception? Fault { get; private set; }

    internal int ClosedCount => Volatile.Read(ref _closedCount);

    internal int SentCount => Volatile.Read(ref _sentCount);

    internal int Batches => Volatile.Read(ref _batches);

    internal long Length
    {
        get
        {
            lock (_gate)
            {
                return _bytes.WrittenCount;
            }
        }
    }

    internal byte[] Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes.WrittenSpan.ToArray();
            }
        }
    }

    internal IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_gate)
            {
                return [.. _complaints];
            }
        }
    }

    /// <summary>Makes a call to a transport. No recorder may be called back on this thread until it has returned.</summary>
    internal static void Call(Action call)
    {
        _callsUnderWay++;
        try
        {
            call();
        }
        finally
        {
            _callsUnderWay--;
        }
    }

    public void OnReceived(Span<byte> bytes)
    {
        Enter(nameof(OnReceived));
        lock (_gate)
        {
            _bytes.Write(bytes);
        }

        WhenReceived?.Invoke(bytes);
        Leave();
    }

    public bool OnBatchEnd()
    {
        Enter(nameof(OnBatchEnd));
        var goOn = WhenBatchEnds();
        Interlocked.Increment(ref _batches);
        Leave();
        return goOn;
    }

    public void OnSent(bool hasWaited)
    {
        Complain(IsInCall, "OnSent came from inside a call.");
        Interlocked.Increment(ref _sentCount);
    }

    public void OnClosed(Exception? fault)
    {
        Enter(nameof(OnClosed));
        Fault = fault;
        Complain(Interlocked.Increment(ref _closedCount) > 1, "OnClosed came twice.");
        Leave();
        _closed.TrySetResult();
    }

    private void Enter(string callback)
    {
        Complain(IsInCall, $"{callback} came from inside a call.");
        Complain(ClosedCount > 0, $"{callback} came after the end.");
        Complain(Interlocked.Exchange(ref _inCallback, 1) != 0, $"{callback} came while another callback ran.");
    }

    private void Leave() => Volatile.Write(ref _inCallback, 0);

    private void Complain(bool isWrong, string complaint)
    {
        if (isWrong)
        {
            lock (_gate)
            {
                _complaints.Add(complaint);
            }
        }
    }
}
