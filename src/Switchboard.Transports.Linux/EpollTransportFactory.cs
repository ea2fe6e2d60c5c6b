using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Switchboard.Transports.Connecting;
using Switchboard.Transports.Linux.Epoll;
using Switchboard.Transports.Linux.Interop;
using Switchboard.Transports.Sockets;

namespace Switchboard.Transports.Linux;

/// <summary>
/// TCP and Unix domain sockets over event loops of our own: a thread for each processor, each with its epoll and one receive buffer for all of its connections.
/// Receivers are called on their connection's loop, and so is what is posted to it: whoever is slow there keeps all others waiting, and
/// is told so (<see cref="EpollOptions.BlockedAfter"/>). What a server or client takes by itself, and how to force this transport, stands
/// at its option <c>Transport</c>.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class EpollTransportFactory : ITransportFactory, IDisposable
{
    private static readonly Lock SharedGate = new();
    private static EpollTransportFactory? _shared;

    private readonly LoopWatch? _watch;
    private readonly EpollLoop[] _loops;

    /// <summary>Starts loops of its own; <see cref="Dispose"/> ends them.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public EpollTransportFactory(EpollOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Loops);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BlockedAfter, TimeSpan.Zero);
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("The epoll transport runs on Linux, x64 and arm64. Elsewhere take SocketTransportFactory.");
        }

        var count = options.Loops == 0 ? Environment.ProcessorCount : options.Loops;
        _watch = options.BlockedAfter > TimeSpan.Zero ? new LoopWatch(options.BlockedAfter, TimeProvider.System) : null;
        _loops = StartLoops(count);
        _watch?.Watch(_loops);
    }

    /// <summary>Whether the transport runs here: on Linux, x64 and arm64.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>
    /// The loops of the process, one for each processor, with all options at their defaults. What servers take on Linux unless they are
    /// told otherwise. Made when first asked for, and never disposed.
    /// </summary>
    public static EpollTransportFactory Shared
    {
        get
        {
            lock (SharedGate)
            {
                // If it fails for want of descriptors, the next one to ask may have more luck.
                return _shared ??= new EpollTransportFactory(new EpollOptions());
            }
        }
    }

    /// <summary>How many connections each loop has.</summary>
    internal IEnumerable<int> Connections => _loops.Select(static loop => loop.Connections);

    /// <inheritdoc/>
    public ITransportListener Listen(EndPoint endPoint, int backlog)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return new EpollListener(ListeningSocket.Open(endPoint, backlog), LeastLoop(), LeastLoop);
    }

    /// <summary>
    /// Shares a port with another server: accepts, and hands each connection over by what it says first. Who says nothing for two
    /// seconds is handed over as theirs. Disposing what it returns ends the accepting.
    /// </summary>
    /// <param name="socket">A TCP socket that listens; from now on the loops' own.</param>
    /// <param name="sorter">Who decides, and gets them.</param>
    /// <param name="timeProvider">The clock of the two seconds. Default the system's.</param>
    public IAsyncDisposable Sort(Socket socket, IConnectionSorter sorter, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(sorter);
        return new EpollSorter(socket, LeastLoop(), LeastLoop, sorter, timeProvider ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Connector.System.ConnectAsync(endPoint, ConnectToAddressAsync, cancellationToken);
    }

    /// <summary>Makes a transport of a connected TCP socket, which from now on belongs to it: the handle is closed.</summary>
    /// <exception cref="IOException">The process is out of descriptors.</exception>
    /// <param name="handle">The socket's handle. Nothing may be under way on it.</param>
    public ITransport Adopt(SafeSocketHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        using var socket = new Socket(handle) { NoDelay = true };
        var remote = socket.RemoteEndPoint is IPEndPoint address ? NativeAddress.Of(address) : default;

        // A descriptor of our own: the runtime waits for ever for a handle that was taken from it.
        var descriptor = new Descriptor(Failure.Check(
            LibC.fcntl((int)handle.DangerousGetHandle(), LibC.F_DUPFD_CLOEXEC, 0), "fcntl"));
        socket.Dispose();
        descriptor.DisableBlocking();
        return new EpollTransport(LeastLoop(), descriptor, remote, listenEndPoint: null);
    }

    /// <summary>Cuts the connections that are left, and ends the loops. Not for <see cref="Shared"/>.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        foreach (var loop in _loops)
        {
            loop.Stop();
        }
    }

    private EpollLoop[] StartLoops(int count)
    {
        var loops = new List<EpollLoop>(count);
        try
        {
            for (var index = 0; index < count; index++)
            {
                loops.Add(new EpollLoop(index, _watch));
            }

            return [.. loops];
        }
        catch
        {
            loops.ForEach(static loop => loop.Stop());
            throw;
        }
    }

    private async ValueTask<ITransport> ConnectToAddressAsync(EndPoint address, CancellationToken cancellationToken) => address switch
    {
        IPEndPoint ip => await new EpollConnect(LeastLoop(), ip, cancellationToken).RunAsync().ConfigureAwait(false),
        UnixDomainSocketEndPoint file => UnixConnect.Run(LeastLoop(), file),
        _ => throw new NotSupportedException($"TCP addresses and Unix domain sockets are supported, not {address.GetType().Name}."),
    };

    private EpollLoop LeastLoop()
    {
        var least = _loops[0];
        foreach (var loop in _loops)
        {
            if (loop.Connections < least.Connections)
            {
                least = loop;
            }
        }

        return least;
    }
}
