using System.Diagnostics.CodeAnalysis;
using Switchboard.Client.Proxies;
using Switchboard.Client.Urls;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Tls;
using Switchboard.Transports;
using Switchboard.Transports.Sockets;

namespace Switchboard.Client;

/// <summary>
/// A client's way to an open connection: name, address, handshake. It has one result, whichever comes first: it is opened, or it has
/// failed, by the deadline or by the application among others.
/// </summary>
/// <param name="url">Where to.</param>
/// <param name="options">How.</param>
/// <param name="onOpened">Takes the transport over, inside its callback; false to refuse it.</param>
/// <param name="onFailed">Gets why, on any thread.</param>
[SuppressMessage("Design", "CA1001", Justification = "The cancellation source is disposed with the result.")]
internal sealed class ConnectionAttempt(
    ServerUrl url, WebSocketClientOptions options, ConnectionAttempt.Opened onOpened, Action<WebSocketFailure> onFailed)
{
    private readonly CancellationTokenSource _ending = new(
        options.ConnectTimeout > TimeSpan.Zero ? options.ConnectTimeout : Timeout.InfiniteTimeSpan, options.TimeProvider);

    private volatile Result _result;
    private ITransport? _transport;

    private enum Result
    {
        None,
        Opened,
        Failed,
    }

    internal delegate bool Opened(ITransport transport, string subprotocol, PermessageDeflate? deflate, Span<byte> early);

    internal void Start() => _ = Task.Run(RunAsync);

    /// <summary>The application has had enough before it was open.</summary>
    internal static WebSocketFailure GivenUp { get; } = new(FailureKind.Aborted, "The connection was closed while it was connecting.");

    /// <summary>Gives up, unless there is a result.</summary>
    internal void Cancel() => Fail(GivenUp);

    private async Task RunAsync()
    {
        try
        {
            var ending = _ending.Token;
            ending.UnsafeRegister(static state => ((ConnectionAttempt)state!).GiveUp(), this);
            var transport = await ConnectAsync(ending).ConfigureAwait(false);
            transport = url.IsSecure ? Secure(transport) : transport;
            if (!TryHold(transport))
            {
                return;
            }

            new ClientOpening(
                transport, url, options, (subprotocol, deflate, early) => Open(transport, subprotocol, deflate, early), Fail).Start();
        }
        catch (WebSocketConnectException e)
        {
            Fail(e.Failure);
        }
        catch (OperationCanceledException e)
        {
            Fail(TooLate(e));
        }
        catch (Exception e)
        {
            // A header that HTTP does not allow, a transport that has a bug: told as everything else is, and not to a thread of nobody.
            Fail(new WebSocketFailure(FailureKind.Connect, e.Message, e));
        }
    }

    private async Task<ITransport> ConnectAsync(CancellationToken cancellationToken)
    {
        // WHATWG Fetch, "port blocking": told as any other failure.
        if (!options.AllowBlockedPorts && options.ConnectTo is null && BlockedPorts.Contains(url.Port))
        {
            throw new WebSocketConnectException(new WebSocketFailure(
                FailureKind.BlockedPort, $"The port {url.Port} belongs to another protocol, and is blocked as in browsers: see AllowBlockedPorts."));
        }

        var factory = options.Transport ?? SocketTransportFactory.Instance;
        try
        {
            return options.ConnectTo is null && ProxyRoute.For(url, options.Proxy) is { } proxy
                ? await proxy.ConnectAsync(factory, url, cancellationToken).ConfigureAwait(false)
                : await factory.ConnectAsync(options.ConnectTo ?? url.EndPoint, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            throw new WebSocketConnectException(e switch
            {
                NameResolutionException => new WebSocketFailure(FailureKind.NameResolution, e.Message, e),
                ProxyException refused => new WebSocketFailure(FailureKind.Proxy, e.Message, e) { Status = refused.Status, Headers = refused.Headers },
                NotSupportedException => new WebSocketFailure(FailureKind.Proxy, e.Message, e),
                _ => new WebSocketFailure(FailureKind.Connect, e.Message, e),
            });
        }
    }

    private ITransport Secure(ITransport transport)
    {
        try
        {
            return ClientTls.Wrap(transport, url.HostName, options.Tls);
        }
        catch (Exception e)
        {
            // A certificate that the application has disposed of meanwhile, for example.
            transport.Abort();
            throw new WebSocketConnectException(new WebSocketFailure(FailureKind.Tls, e.Message, e));
        }
    }

    // The deadline; or a failure that was told already, and ends whatever is still under way.
    private void GiveUp()
    {
        Fail(TooLate(null));
        if (_result == Result.Failed)
        {
            Interlocked.Exchange(ref _transport, null)?.Abort();
        }
    }

    private bool TryHold(ITransport transport)
    {
        _transport = transport;
        Interlocked.MemoryBarrier();
        if (_result == Result.None)
        {
            return true;
        }

        Interlocked.Exchange(ref _transport, null)?.Abort();
        return false;
    }

    private void Open(ITransport transport, string subprotocol, PermessageDeflate? deflate, Span<byte> early)
    {
        if (TrySettle(Result.Opened))
        {
            _ending.Dispose();
            if (onOpened(transport, subprotocol, deflate, early))
            {
                return;
            }
        }

        deflate?.Dispose();
        transport.Abort();
    }

    private void Fail(WebSocketFailure failure)
    {
        if (!TrySettle(Result.Failed))
        {
            return;
        }

        _ending.Cancel();
        _ending.Dispose();
        onFailed(failure);
    }

    private bool TrySettle(Result result) => Interlocked.CompareExchange(ref _result, result, Result.None) == Result.None;

    private WebSocketFailure TooLate(Exception? exception) => new(
        FailureKind.ConnectTimeout,
        $"The connection to {url.Host} was not made in time: the limit is {options.ConnectTimeout.TotalSeconds:0.###} s (ConnectTimeout).", exception);
}
