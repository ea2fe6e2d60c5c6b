using System.Net.Sockets;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>
/// Accepts on one loop, and looks at what comes first on each connection without taking it, until the sorter knows whose the connection
/// is. The runtime's own sockets never see one that becomes ours: their epoll would be told of each of its messages for ever.
/// </summary>
internal sealed class EpollSorter : IAsyncDisposable, IThreadPoolWorkItem
{
    // What does not tell within this much never will.
    private const int PeekSize = 16 * 1024;

    // Who says nothing for so long is not ours: the other server has time limits of its own.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Period = Patience / 4;

    private readonly EpollListener _listener;
    private readonly EpollLoop _loop;
    private readonly Func<EpollLoop> _choose;
    private readonly IConnectionSorter _sorter;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Who waits, oldest first. On the loop's thread.
    private readonly LinkedList<UnsortedConnection> _waiting = [];
    private volatile bool _isDisposed;

    /// <param name="socket">Listens already; from now on the sorter's own.</param>
    /// <param name="loop">Where it accepts and sorts.</param>
    /// <param name="choose">Which loop takes the next connection that is ours.</param>
    /// <param name="sorter">Who decides, and gets them.</param>
    /// <param name="timeProvider">The clock.</param>
    internal EpollSorter(Socket socket, EpollLoop loop, Func<EpollLoop> choose, IConnectionSorter sorter, TimeProvider timeProvider)
    {
        _loop = loop;
        _choose = choose;
        _sorter = sorter;
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(
            static sorter => ((EpollSorter)sorter!).Beat(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        DeferAccept(socket);
        _listener = new EpollListener(socket, loop, choose);
        _listener.Start(Add);
    }

    /// <summary>Ends the accepting. Who is not sorted by now is closed; what was handed over lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync().ConfigureAwait(false);
        _isDisposed = true;
        _loop.Post(this);
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Looks at the clock, or ends.</summary>
    public void Execute()
    {
        if (_isDisposed)
        {
            End();
            return;
        }

        while (_waiting.First is { Value: var oldest } && _timeProvider.GetElapsedTime(oldest.Since) >= Patience)
        {
            Remove(oldest);
            GiveToThem(oldest.Descriptor);
        }
    }

    /// <summary>Something has come on a connection that waits.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isEnding">Whether nothing follows.</param>
    internal void Continue(UnsortedConnection connection, bool isEnding)
    {
        var verdict = Look(connection.Descriptor, isEnding, out var headLength);
        if (verdict is not SortVerdict.NeedsMore)
        {
            Remove(connection);
            HandOver(connection.Descriptor, connection.Remote, verdict, headLength);
        }
    }

    /// <summary>The loop has ended, and watches nothing any more.</summary>
    internal void Abandon(UnsortedConnection connection)
    {
        _waiting.Remove(connection.Place);
        connection.Descriptor.Close();
    }

    // A connection is told of when its first bytes are there: one look is enough, and most are never watched. Who says nothing is told of
    // after a second all the same. (Linux counts whole retransmissions: 1 is the first.)
    private static void DeferAccept(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(LibC.IPPROTO_TCP, LibC.TCP_DEFER_ACCEPT, BitConverter.GetBytes(1));
        }
        catch (SocketException)
        {
            // Where the system does not know it, each connection costs a few calls more.
        }
    }

    private void Beat() => _loop.Post(this);

    private void Add(Descriptor descriptor, NativeAddress remote)
    {
        var verdict = Look(descriptor, isEnding: false, out var headLength);
        if (verdict is SortVerdict.NeedsMore && !TryWait(descriptor, remote))
        {
            verdict = SortVerdict.Theirs;
        }

        if (verdict is not SortVerdict.NeedsMore)
        {
            HandOver(descriptor, remote, verdict, headLength);
        }
    }

    /// <returns>Null if the connection is gone.</returns>
    private unsafe SortVerdict? Look(Descriptor descriptor, bool isEnding, out int headLength)
    {
        headLength = 0;
        int count;
        var buffer = _loop.ReceiveBuffer[..PeekSize];
        fixed (byte* start = buffer)
        {
            count = descriptor.Receive(start, buffer.Length, isPeek: true);
        }

        if (count <= 0)
        {
            return count == -LibC.EAGAIN ? SortVerdict.NeedsMore : null;
        }

        SortVerdict verdict;
        try
        {
            verdict = _sorter.Sort(buffer[..count], out headLength);
        }
        catch (Exception)
        {
            // Whoever decides failed: this connection is closed, and the next one is not to suffer from it.
            return null;
        }

        return verdict is SortVerdict.NeedsMore && (isEnding || count == PeekSize) ? SortVerdict.Theirs : verdict;
    }

    private bool TryWait(Descriptor descriptor, in NativeAddress remote)
    {
        // Each byte is a change that is told, and a look sees all that came before it too.
        var connection = new UnsortedConnection(this, descriptor, remote) { Since = _timeProvider.GetTimestamp() };
        if (!_loop.TryWatch(descriptor.Number, connection, LibC.EPOLLIN | LibC.EPOLLRDHUP, out var watch))
        {
            return false;
        }

        connection.Watch = watch;
        _waiting.AddLast(connection.Place);
        if (_waiting.Count == 1)
        {
            _timer.Change(Period, Period);
        }

        return true;
    }

    private void Remove(UnsortedConnection connection)
    {
        _loop.Unwatch(connection.Descriptor.Number, connection.Watch);
        _waiting.Remove(connection.Place);
        if (_waiting.Count == 0)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void HandOver(Descriptor descriptor, in NativeAddress remote, SortVerdict? verdict, int headLength)
    {
        switch (verdict)
        {
            case SortVerdict.Ours:
                Take(descriptor, remote, headLength);
                break;
            case SortVerdict.Theirs:
                GiveToThem(descriptor);
                break;
            default:
                descriptor.Close();
                break;
        }
    }

    private unsafe void Take(Descriptor descriptor, in NativeAddress remote, int headLength)
    {
        var head = _loop.ReceiveBuffer[..headLength];
        int count;
        fixed (byte* start = head)
        {
            count = descriptor.Receive(start, headLength);
        }

        if (count != headLength)
        {
            // It was there a moment ago: the connection was reset.
            descriptor.Close();
            return;
        }

        var transport = new EpollTransport(_choose(), descriptor, remote, _listener.SharedEndPoint);
        try
        {
            _sorter.TakeOurs(head, transport);
        }
        catch (Exception)
        {
            // Whoever takes it failed: the next one is not to suffer from it.
            transport.Abort();
        }
    }

    private void GiveToThem(Descriptor descriptor)
    {
        var handle = new SafeSocketHandle(descriptor.Number, ownsHandle: true);
        try
        {
            _sorter.TakeTheirs(handle);
        }
        catch (Exception)
        {
            handle.Dispose();
        }
    }

    private void End()
    {
        while (_waiting.First is { Value: var oldest })
        {
            Remove(oldest);
            oldest.Descriptor.Close();
        }

        _timer.Dispose();
        _ended.TrySetResult();
    }
}
