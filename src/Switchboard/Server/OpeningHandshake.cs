using System.Diagnostics.CodeAnalysis;
using System.Net;
using Switchboard.Addresses;
using Switchboard.Connections;
using Switchboard.Diagnostics;
using Switchboard.Memory;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Proxies;
using Switchboard.Transports;
using Switchboard.Transports.Tls;

namespace Switchboard.Server;

/// <summary>
/// A connection from its accept to the 101: [PROXY header] → [TLS] → the request, which the server decides on, and the answer. It is the
/// transport's receiver until then, and forgotten after.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without a timer holds nothing to dispose.")]
internal sealed class OpeningHandshake(ITransport accepted, IHandshakeHost host) : ITransportReceiver, IPulseTarget, IBlockingObserver, IPinning
{
    // RFC 8446 §5.1: what a client begins with that speaks TLS.
    private const byte TlsHandshakeRecord = 0x16;

    private readonly RequestReader _reader = new(HeadLimits.Default);
    private readonly long _deadline = host.HandshakeTimeout > TimeSpan.Zero
        ? host.Pulse.Now + (long)host.HandshakeTimeout.TotalMilliseconds
        : long.MaxValue;

    // TLS is put over it, as soon as a proxy has no more to say.
    private volatile ITransport _transport = accepted;

    // The client's, as far as it is known.
    private EndPoint? _remote;
    private ForwardedHop? _forwarded;
    private AddressBook.Place? _place;
    private HeldBytes _early;
    private bool _hasHeard;
    private PinnedAccount? _account;
    private Undecided? _undecided;

    // Cancelled when there is nobody to answer any more. Made for a hook that takes its time.
    private CancellationTokenSource? _ended;
    private long _refused = long.MaxValue;
    private ConnectionDriver? _driver;

    // Moved by whoever is first: the transport's thread, the hook's, or the clock's.
    private volatile Stage _stage;

    private enum Stage
    {
        ReadingProxyHeader,
        Reading,
        Deciding,
        Refused,
        Accepted,
        Ended,
    }

    public int BagIndex { get; set; }

    internal void Start()
    {
        _remote = _transport.RemoteEndPoint;
        var wantsHeader = host.Proxies is { WantsHeader: true };
        if (wantsHeader && !IsProxy(_remote))
        {
            Log.NotOfProxy(host.Logger, PeerName, "only proxies that are trusted may connect.");
            _transport.Abort();
            return;
        }

        if (!wantsHeader && host.Tls is { } tls)
        {
            _transport = tls.Wrap(_transport, []);
        }

        var verdict = Enter();
        var refusal = verdict.ToRefusal();

        // Before anybody knows it: a server that stops refuses those it knows, and bytes may come on another thread.
        _stage = refusal is not null ? Stage.Refused : wantsHeader ? Stage.ReadingProxyHeader : Stage.Reading;
        if (verdict == AddressVerdict.Flood || !host.Handshakes.TryAdd(this))
        {
            _place?.Leave();
            _transport.Abort();
            return;
        }

        host.Pulse.Add(this);
        _transport.Start(this);
        if (refusal is not null)
        {
            Refuse(refusal);
        }
    }

    /// <summary>The server stops: who is not accepted by now will not be.</summary>
    internal void Stop()
    {
        var refusal = new HandshakeRefusal(503, "The server is stopping.");
        if (!TryCut("the server is stopping.") && !TryRefuse(Stage.Reading, refusal) && TryRefuse(Stage.Deciding, refusal))
        {
            _ = _ended?.CancelAsync();
        }
    }

    /// <summary>Cuts the connection, unless it has become a WebSocket.</summary>
    internal void Abort()
    {
        if (_stage != Stage.Accepted)
        {
            _transport.Abort();
        }
    }

    public void OnReceived(Span<byte> bytes)
    {
        switch (_stage)
        {
            case Stage.ReadingProxyHeader:
                ReadProxyHeader(bytes);
                break;
            case Stage.Reading:
                Read(bytes);
                break;
            case Stage.Deciding:
                _early.Append(bytes);
                break;
            default:
                // Whatever follows a refused request reaches nobody (request smuggling).
                break;
        }

        if (_reader.PinnedBytes + _early.PinnedBytes is var pinned && (pinned > 0 || _account is not null))
        {
            (_account ??= new PinnedAccount(host.Settings.Memory, this)).SetInbound(pinned);
        }
    }

    public bool OnBatchEnd()
    {
        if (_undecided is not { } undecided)
        {
            return true;
        }

        // Not before now: the answer must find the transport paused, or about to be.
        _undecided = null;
        _ = AnswerLaterAsync(undecided);
        return false;
    }

    public void OnSent(bool hasWaited)
    {
    }

    public void OnClosed(Exception? fault)
    {
        if (TryMove(Stage.Deciding, Stage.Ended))
        {
            // The hook's own callbacks run elsewhere.
            _ = _ended?.CancelAsync();
        }

        if (fault is TlsException)
        {
            Log.TlsFailed(host.Logger, PeerName, fault.Message);
        }

        _reader.Release();
        _early.Clear();
        Forget();
    }

    void IPinning.Relinquish(long bytes, bool isBacklog)
    {
        Log.HandshakeReclaimed(host.Logger, PeerName, bytes, host.Settings.Memory.MaxPinnedBytes);
        Abort();
    }

    public void OnBlocking(TimeSpan soFar)
    {
        if (_driver is { } driver)
        {
            driver.OnBlocking(soFar);
        }
        else
        {
            Log.HandshakeHookBlocks(host.Logger, host.NameOfHook, (long)soFar.TotalMilliseconds);
        }
    }

    public void OnPulse(long now)
    {
        // A refused client has the close timeout to go: bytes of it that were not read would turn our answer into a reset.
        if (now >= Volatile.Read(ref _refused))
        {
            _transport.Abort();
        }
        else if (now >= _deadline
            && !TryCut("it has sent no header of the PROXY protocol in time.")
            && !TryRefuse(Stage.Reading, new HandshakeRefusal(408, "The opening handshake took too long."))
            && TryRefuse(Stage.Deciding, new HandshakeRefusal(503, "The server took too long to answer.")))
        {
            _ = _ended?.CancelAsync();
        }
    }

    private void ReadProxyHeader(Span<byte> bytes)
    {
        // What came before, if the header was not whole. It is let go at the end, for what is behind the header may be held itself.
        var gathered = _early;
        _early = default;
        if (!gathered.IsEmpty)
        {
            gathered.Append(bytes);
            bytes = gathered.Span;
        }

        switch (ProxyHeaderReader.TryRead(bytes, out var header, out var consumed))
        {
            case ReadStatus.NeedsMore:
                _early.Append(bytes);
                break;
            case ReadStatus.Invalid:
                TryCut("it does not begin with a header of the PROXY protocol.");
                break;
            case ReadStatus.Done:
                Follow(header, bytes[consumed..]);
                break;
        }

        gathered.Clear();
    }

    /// <summary>What comes behind the proxy's header is the client's.</summary>
    private void Follow(ProxyHeader header, Span<byte> rest)
    {
        if (!TryMove(Stage.ReadingProxyHeader, Stage.Reading))
        {
            return;
        }

        _remote = header.Source ?? _remote;
        if (!TryEnter())
        {
            return;
        }

        if (host.Tls is { } tls)
        {
            // It takes the transport's callbacks from us, and the end of this batch is told to it.
            _transport = tls.Wrap(_transport, rest);
            _transport.Start(this);
        }
        else if (!rest.IsEmpty)
        {
            Read(rest);
        }
    }

    private void Read(Span<byte> bytes)
    {
        // A method is a token (RFC 9110 §9.1), and this is none: no line end would ever come, and the client would wait for the deadline.
        if (!_hasHeard && bytes is [TlsHandshakeRecord, ..])
        {
            TryRefuse(Stage.Reading, new HandshakeRefusal(400, "This port speaks plain text, and the client TLS: use ws://, or the port for wss://."));
            return;
        }

        _hasHeard = true;
        ReadOnlySpan<byte> input = bytes;
        switch (_reader.TryRead(ref input, out var head, out var refusal))
        {
            case ReadStatus.NeedsMore:
                return;
            case ReadStatus.Invalid:
                TryRefuse(Stage.Reading, refusal!);
                return;
        }

        var rest = bytes[^input.Length..];
        if (IsProxy(_remote) && !TryFindClient(head!.Headers))
        {
            return;
        }

        refusal = ServerHandshake.Judge(head!, out var valid) ?? host.Judge(head!, _forwarded?.Host ?? head!.Headers.Find("Host") ?? "");
        if (refusal is not null)
        {
            TryRefuse(Stage.Reading, refusal);
            return;
        }

        if (host.AsksHook)
        {
            // Before the move: from then on others may cancel it.
            _ended = new CancellationTokenSource();
        }

        if (!TryMove(Stage.Reading, Stage.Deciding))
        {
            return;
        }

        var request = new WebSocketRequest(head!.Target, head.Headers, valid!.Subprotocols, _transport.LocalEndPoint, _remote)
        {
            Tls = _transport.Tls,
            Forwarded = _forwarded,
        };
        var deciding = host.DecideAsync(request, _ended?.Token ?? CancellationToken.None);
        if (deciding.IsCompletedSuccessfully)
        {
            Answer(request, valid, deciding.Result, rest, Receiving.Now);
            return;
        }

        _early.Append(rest);
        _undecided = new Undecided(request, valid, deciding);
    }

    private async Task AnswerLaterAsync(Undecided undecided)
    {
        var decision = await undecided.Deciding.ConfigureAwait(false);

        // Back to where handlers run, for the connection's is the next.
        _transport.Post(new LateAnswer(this, undecided, decision));
    }

    private void AnswerLate(Undecided undecided, HandshakeDecision decision)
    {
        if (Answer(undecided.Request, undecided.Valid, decision, _early.Span, Receiving.Paused))
        {
            _early.Clear();
        }
        else
        {
            _transport.ResumeReceiving();
        }
    }

    /// <returns>Whether a connection has taken over the _transport.</returns>
    private bool Answer(WebSocketRequest request, ValidRequest valid, HandshakeDecision decision, Span<byte> rest, Receiving receiving)
    {
        if (!decision.IsAccepted)
        {
            TryRefuse(Stage.Deciding, new HandshakeRefusal(decision.Status, decision.Text ?? ""));
            return false;
        }

        if (!TryMove(Stage.Deciding, Stage.Accepted))
        {
            // The client went, or the time was over, while the hook was at it.
            return false;
        }

        host.Pulse.Remove(this);
        var subprotocol = decision.Text ?? SubprotocolChoice.Choose(valid.Subprotocols, host.Subprotocols);
        var deflate = host.Compression?.Accept(valid.Extensions);
        using (_transport.Gate.Enter())
        {
            HeadWriter.WriteAcceptance(_transport, valid.Key, subprotocol, deflate?.Header, []);
        }

        _transport.FlushSoon();
        var socket = host.CreateSocket(request, subprotocol ?? "", _place, IsTold ? _remote : null);
        var driver = new ConnectionDriver(_transport, Role.Server, host.Settings, socket, socket.Id, deflate);
        _driver = driver;
        socket.Attach(driver);
        driver.Open(rest, receiving);
        host.Handshakes.Remove(this);
        _account?.Close();
        return true;
    }

    /// <summary>Whether the address is not the transport's own.</summary>
    private bool IsTold => host.Proxies is not null && !Equals(_remote, _transport.RemoteEndPoint);

    // It speaks for many: whom it speaks for is yet to be told, and then limited, and not the proxy.
    private bool IsProxy(EndPoint? address) => host.Proxies?.Trusts(address) ?? false;

    private AddressVerdict Enter() =>
        IsProxy(_remote) ? AddressVerdict.Welcome : host.Addresses?.Enter(_remote, out _place) ?? AddressVerdict.Welcome;

    /// <summary>The client of a proxy is known.</summary>
    /// <returns>False if it is sent away.</returns>
    private bool TryEnter()
    {
        var verdict = Enter();
        if (verdict == AddressVerdict.Flood && TryMove(Stage.Reading, Stage.Ended))
        {
            _transport.Abort();
        }
        else if (verdict.ToRefusal() is { } refusal)
        {
            TryRefuse(Stage.Reading, refusal);
        }

        return verdict == AddressVerdict.Welcome;
    }

    /// <summary>A proxy's request is read.</summary>
    /// <inheritdoc cref="TryEnter"/>
    private bool TryFindClient(HeaderList headers)
    {
        if (!host.Proxies!.TryFindClient(_remote, headers, out _forwarded))
        {
            TryRefuse(Stage.Reading, new HandshakeRefusal(400, "The header Forwarded is not of the form of RFC 7239."));
            return false;
        }

        _remote = _forwarded?.For ?? _remote;
        return TryEnter();
    }

    private string PeerName => _remote?.ToString() ?? "an unknown address";

    private void Forget()
    {
        _account?.Close();
        _place?.Leave();
        host.Pulse.Remove(this);
        host.Handshakes.Remove(this);
    }

    private bool TryMove(Stage from, Stage to) => Interlocked.CompareExchange(ref _stage, to, from) == from;

    // Before a proxy has told for whom it speaks there is nobody to answer.
    private bool TryCut(string problem)
    {
        if (!TryMove(Stage.ReadingProxyHeader, Stage.Ended))
        {
            return false;
        }

        Log.NotOfProxy(host.Logger, PeerName, problem);
        _transport.Abort();
        return true;
    }

    private bool TryRefuse(Stage from, HandshakeRefusal refusal)
    {
        if (!TryMove(from, Stage.Refused))
        {
            return false;
        }

        Refuse(refusal);
        return true;
    }

    private void Refuse(HandshakeRefusal refusal)
    {
        Volatile.Write(ref _refused, host.Pulse.Now + (long)host.Settings.CloseTimeout.TotalMilliseconds);
        Log.HandshakeRefused(host.Logger, PeerName, refusal.Status, refusal.Problem);
        if (host.Tls is not null && _transport.Tls is null)
        {
            // There is nobody yet to whom it could be said in confidence.
            _transport.Abort();
            return;
        }

        KeyValuePair<string, string>[] headers =
            refusal.HeaderName is { } name ? [new(name, refusal.HeaderValue!)] : [];
        using (_transport.Gate.Enter())
        {
            HeadWriter.WriteRefusal(_transport, refusal.Status, StatusPhrase.Of(refusal.Status), refusal.Problem, headers);
        }

        _transport.Shutdown();
    }

    private sealed class LateAnswer(OpeningHandshake opening, Undecided undecided, HandshakeDecision decision)
        : IThreadPoolWorkItem, IBlockingObserver
    {
        public void Execute()
        {
            try
            {
                opening.AnswerLate(undecided, decision);
            }
            catch (Exception)
            {
                // A bug of ours, or a log that throws: it ends this connection, and not the loop.
                opening.Abort();
            }
        }

        public void OnBlocking(TimeSpan soFar) => opening.OnBlocking(soFar);
    }

    private sealed record Undecided(WebSocketRequest Request, ValidRequest Valid, ValueTask<HandshakeDecision> Deciding);
}
