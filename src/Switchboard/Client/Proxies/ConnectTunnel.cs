using System.Net;
using System.Text;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Transports;

namespace Switchboard.Client.Proxies;

/// <summary>Asks a proxy for a tunnel (RFC 9110 §9.3.6), and lets go of the transport when it leads to the server.</summary>
internal sealed class ConnectTunnel : ITransportReceiver
{
    private readonly ITransport _transport;
    private readonly ProxyRoute _proxy;
    private readonly string _authority;
    private readonly ResponseReader _reader = new(HeadLimits.Default, isOfProxy: true);
    private readonly TaskCompletionSource<ITransport> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TunnelTransport? _tunnel;
    private bool _isDone;

    private ConnectTunnel(ITransport transport, ProxyRoute proxy, string authority)
    {
        _transport = transport;
        _proxy = proxy;
        _authority = authority;
    }

    /// <param name="transport">Connected to the proxy, and not started. It is aborted if there is no tunnel.</param>
    /// <param name="proxy">Who is asked.</param>
    /// <param name="authority">The server's host, with its port.</param>
    /// <param name="cancellationToken">Ends the waiting for the answer.</param>
    /// <returns>A transport to the server, not started: what it receives comes from there.</returns>
    /// <exception cref="ProxyException">The proxy refuses, says what no proxy says, or ends the connection.</exception>
    internal static async Task<ITransport> OpenAsync(ITransport transport, ProxyRoute proxy, string authority, CancellationToken cancellationToken)
    {
        var tunnel = new ConnectTunnel(transport, proxy, authority);
        try
        {
            tunnel.Ask();
            return await tunnel._opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Nobody is there to see what the tunnel fails with now.
            tunnel._opened.TrySetCanceled(CancellationToken.None);
            transport.Abort();
            throw;
        }
    }

    public void OnReceived(Span<byte> bytes)
    {
        if (_isDone)
        {
            return;
        }

        ReadOnlySpan<byte> input = bytes;
        var status = _reader.TryRead(ref input, out var head, out var problem);
        if (status == ReadStatus.NeedsMore)
        {
            return;
        }

        _isDone = true;
        if (head is null)
        {
            Fail(problem!);
        }
        else if (head.Status is < 200 or > 299)
        {
            Refuse(head);
        }
        else if (!input.IsEmpty)
        {
            // RFC 9110 §9.3.6: no content follows; and neither TLS nor WebSocket lets a server speak first. Whoever it is, it is not the server.
            Fail("it sends more than its answer before the server was asked for anything");
        }
        else
        {
            _tunnel = new TunnelTransport(_transport);
        }
    }

    // What comes from the server is for somebody who is not there yet.
    public bool OnBatchEnd()
    {
        if (_tunnel is null)
        {
            return true;
        }

        _opened.TrySetResult(_tunnel);
        return false;
    }

    public void OnSent(bool hasWaited)
    {
    }

    public void OnClosed(Exception? fault)
    {
        _reader.Release();
        _tunnel?.OnClosedBeforeStart(fault);
        Fail("it ended the connection without an answer", fault);
    }

    private void Ask()
    {
        KeyValuePair<string, string>[] headers = _proxy.Credentials is { } credentials ? [new("Proxy-Authorization", Basic(credentials))] : [];
        using (_transport.Gate.Enter())
        {
            HeadWriter.WriteConnect(_transport, _authority, headers);
        }

        _transport.StartAndSend(this);
    }

    // RFC 7617 §2. A domain, where there is one, stands before the name as Windows writes it.
    private static string Basic(NetworkCredential credentials)
    {
        var name = credentials.Domain.Length > 0 ? $"{credentials.Domain}\\{credentials.UserName}" : credentials.UserName;
        return $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{credentials.Password}"))}";
    }

    private void Refuse(ResponseHead head)
    {
        var reason = head.Status switch
        {
            407 when _proxy.Credentials is null => "it wants credentials: give them as the proxy's, or in its URL",
            407 => "it does not accept the credentials",
            _ => $"it does not connect to {_authority}",
        };
        Fail($"{reason} ({head.Status} {ClientHandshake.Shown(head.Reason)})", null, head);
    }

    private void Fail(string problem, Exception? fault = null, ResponseHead? head = null)
    {
        var failure = new ProxyException($"The proxy {_proxy.Name} has not opened a way: {problem.TrimEnd('.')}.", fault)
        {
            Status = (HttpStatusCode?)head?.Status,
            Headers = head?.Headers.Fields ?? [],
        };
        _opened.TrySetException(failure);
    }
}
