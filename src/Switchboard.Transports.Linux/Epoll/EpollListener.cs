using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>Accepts on one loop, and gives each connection to the loop that has the fewest.</summary>
internal sealed class EpollListener : ITransportListener, IEventHandler, IThreadPoolWorkItem
{
    // Then the connections that are there already have their turn.
    private const int MostInOneTurn = 64;

    // When not even the spare descriptor is left, those who knock wait, and nobody tells us when they need not any more.
    private static readonly TimeSpan PauseWhenExhausted = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly int _number;
    private readonly EpollLoop _loop;
    private readonly Func<EpollLoop> _choose;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<Descriptor, NativeAddress>? _onAccepted;
    private ulong _watch;
    private bool _isWatching;
    private int _spare = -1;
    private Timer? _retry;
    private volatile bool _isDisposed;

    /// <param name="socket">Listens already; from now on the listener's own.</param>
    /// <param name="loop">Where it accepts.</param>
    /// <param name="choose">Which loop takes the next connection.</param>
    internal EpollListener(Socket socket, EpollLoop loop, Func<EpollLoop> choose)
    {
        _socket = socket;
        _socket.Blocking = false;
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            _socket.NoDelay = true; // Inherited by what is accepted.
        }

        _number = (int)socket.SafeHandle.DangerousGetHandle();
        _loop = loop;
        _choose = choose;
        LocalEndPoint = socket.LocalEndPoint!;
        var isAnyAddress = LocalEndPoint is IPEndPoint { Address: var address }
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        SharedEndPoint = isAnyAddress ? null : LocalEndPoint;
    }

    public EndPoint LocalEndPoint { get; }

    /// <summary>The local address of all that it accepts, if that is one.</summary>
    internal EndPoint? SharedEndPoint { get; }

    public void Start(Action<ITransport> onAccepted) => Start((descriptor, remote) => HandOver(descriptor, remote, onAccepted));

    /// <summary>Begins to accept. Called once, instead of the other.</summary>
    /// <param name="onAccepted">Gets each descriptor, from then on its own, on the listener's loop. It must not throw.</param>
    internal void Start(Action<Descriptor, NativeAddress> onAccepted)
    {
        _onAccepted = onAccepted;
        _loop.Post(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _loop.Post(this);
        }

        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Begins to accept, goes on with it, or ends it.</summary>
    public void Execute()
    {
        if (_isDisposed)
        {
            End();
        }
        else if (!_isWatching)
        {
            _spare = OpenSpare();
            _isWatching = _loop.TryWatch(_number, this, LibC.EPOLLIN, out _watch);
        }
        else
        {
            _spare = _spare < 0 ? OpenSpare() : _spare;
            Accept();
        }
    }

    public void OnEvents(uint events) => Accept();

    public void OnLoopEnds() => End();

    private static int OpenSpare() => LibC.open("/dev/null", LibC.O_RDONLY | LibC.O_CLOEXEC);

    private void Accept()
    {
        for (var i = 0; i < MostInOneTurn; i++)
        {
            if (_isDisposed || !TryAcceptOne())
            {
                return;
            }
        }

        // There may be more, and that is not told again.
        _loop.Post(this);
    }

    /// <returns>False when there is nobody left to accept now.</returns>
    private unsafe bool TryAcceptOne()
    {
        var remote = default(NativeAddress);
        var length = (uint)NativeAddress.Size;
        var number = LibC.accept4(_number, &remote, &length, LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC);
        if (number >= 0)
        {
            _onAccepted!(new Descriptor(number), remote);
            return true;
        }

        switch (LibC.Errno)
        {
            case LibC.EAGAIN:
                return false;
            case LibC.EMFILE or LibC.ENFILE:
                return TryTurnAway();
            case LibC.ECONNABORTED or LibC.EINTR or LibC.EPROTO:
                // The peer was gone before it was accepted: the next one is not to suffer from it.
                return true;
            default:
                // Out of memory, or the network has trouble: it may last.
                RetryLater();
                return false;
        }
    }

    // Out of descriptors: the spare one lets us take the peer in and close it, which tells it so. Left alone it would wait without
    // an answer, and we would never be told of it again.
    private unsafe bool TryTurnAway()
    {
        if (_spare >= 0)
        {
            _ = LibC.close(_spare);
            var number = LibC.accept4(_number, null, null, LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC);
            if (number >= 0)
            {
                _ = LibC.close(number);
            }

            _spare = OpenSpare();
            if (number >= 0)
            {
                return true;
            }
        }

        // There was none, or somebody else was faster to take it.
        RetryLater();
        return false;
    }

    private void RetryLater()
    {
        _retry ??= new Timer(static listener => ((EpollListener)listener!)._loop.Post((EpollListener)listener!), this, Timeout.Infinite, Timeout.Infinite);
        _retry.Change(PauseWhenExhausted, Timeout.InfiniteTimeSpan);
    }

    private void HandOver(Descriptor descriptor, in NativeAddress remote, Action<ITransport> onAccepted)
    {
        var transport = new EpollTransport(_choose(), descriptor, remote, SharedEndPoint);
        try
        {
            onAccepted(transport);
        }
        catch (Exception)
        {
            // Whoever takes it failed: the next one is not to suffer from it.
            transport.Abort();
        }
    }

    private void End()
    {
        _retry?.Dispose();
        if (_isWatching)
        {
            _isWatching = false;
            _loop.Forget(_watch);
            _ = LibC.close(_spare);
        }

        _socket.Dispose();
        _ended.TrySetResult();
    }
}
