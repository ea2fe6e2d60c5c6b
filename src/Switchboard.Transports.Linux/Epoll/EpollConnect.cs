using System.Net;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>One attempt to connect, on the loop that will have the connection.</summary>
internal sealed class EpollConnect : IEventHandler, IThreadPoolWorkItem
{
    private readonly EpollLoop _loop;
    private readonly NativeAddress _address;
    private readonly TaskCompletionSource<ITransport> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken;
    private Descriptor _descriptor;
    private ulong _watch;
    private State _state;

    internal EpollConnect(EpollLoop loop, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        _loop = loop;
        _address = NativeAddress.Of(endPoint);
        _cancellationToken = cancellationToken;
    }

    private enum State
    {
        New,
        Connecting,
        Done,
    }

    /// <exception cref="IOException">Nobody listens there, or the way is barred.</exception>
    internal async Task<ITransport> RunAsync()
    {
        _loop.Post(this);
        using var registration = _cancellationToken.UnsafeRegister(static connect => ((EpollConnect)connect!)._loop.Post((EpollConnect)connect!), this);
        return await _connected.Task.ConfigureAwait(false);
    }

    /// <summary>Begins, or breaks off.</summary>
    public void Execute()
    {
        if (_state != State.Done && _cancellationToken.IsCancellationRequested)
        {
            GiveUp();
            _connected.TrySetCanceled(_cancellationToken);
        }
        else if (_state == State.New)
        {
            Begin();
        }
    }

    public void OnEvents(uint events)
    {
        if (_descriptor.TakeError() is not 0 and var errno)
        {
            Fail(errno);
            return;
        }

        _loop.Unwatch(_descriptor.Number, _watch);
        Finish();
    }

    public void OnLoopEnds()
    {
        GiveUp();
        _connected.TrySetException(new ObjectDisposedException(nameof(EpollTransportFactory)));
    }

    private unsafe void Begin()
    {
        if (_loop.HasEnded)
        {
            OnLoopEnds();
            return;
        }

        _descriptor = new Descriptor(LibC.socket(_address.Family, LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0));
        if (_descriptor.Number < 0)
        {
            _state = State.Done;
            _connected.TrySetException(Failure.Of(LibC.Errno));
            return;
        }

        _descriptor.DisableDelay();
        _state = State.Connecting;
        var address = _address;
        if (LibC.connect(_descriptor.Number, &address, _address.Length) == 0)
        {
            Finish();
        }
        else if (LibC.Errno is not LibC.EINPROGRESS and var errno)
        {
            Fail(errno);
        }
        else if (!_loop.TryWatch(_descriptor.Number, this, LibC.EPOLLOUT, out _watch))
        {
            Fail(LibC.Errno);
        }
    }

    private void Finish()
    {
        _state = State.Done;
        _connected.TrySetResult(new EpollTransport(_loop, _descriptor, _address, listenEndPoint: null));
    }

    private void Fail(int errno)
    {
        GiveUp();
        _connected.TrySetException(Failure.Of(errno));
    }

    private void GiveUp()
    {
        if (_state == State.Connecting)
        {
            if (_watch != 0)
            {
                _loop.Forget(_watch);
            }

            _descriptor.Close();
        }

        _state = State.Done;
    }
}
