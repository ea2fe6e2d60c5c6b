using System.Diagnostics.CodeAnalysis;
using Switchboard.Connections;
using Switchboard.Diagnostics;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Transports;

namespace Switchboard.Server;

/// <summary>
/// A connection from its accept to the 101: reads the request, lets the server decide, and answers. It is the transport's
/// receiver until then, and forgotten after.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without a timer holds nothing to dispose.")]
internal sealed class OpeningHandshake(ITransport transport, IHandshakeHost host) : ITransportReceiver, IPulseTarget
{
    private readonly CancellationTokenSource _ended = new();
    private readonly RequestReader _reader = new(HeadLimits.Default);
    private readonly long _deadline = host.HandshakeTimeout > TimeSpan.Zero
        ? host.Pulse.Now + (long)host.HandshakeTimeout.TotalMilliseconds
        : long.MaxValue;

    private HeldBytes _early;
    private Stage _stage;
    private long _refused = long.MaxValue;

    private enum Stage
    {
        Reading,
        Deciding,
        Refused,
        Accepted,
    }

    public int PulseIndex { get; set; }

    internal void Start()
    {
        host.Pulse.Add(this);
        transport.Start(this);
    }

    public void OnReceived(Span<byte> bytes)
    {
        switch (_stage)
        {
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
    }

    public bool OnBatchEnd()
    {
        transport.Flush();
        return _stage != Stage.Deciding;
    }

    public void OnSent()
    {
    }

    public void OnClosed(Exception? fault)
    {
        host.Pulse.Remove(this);
        _reader.Release();
        _early.Clear();
        _ended.Cancel();
    }

    public void OnPulse(long now)
    {
        // A refused client has the close timeout to go: bytes of it that were not read would turn our answer into a reset.
        if (now >= _refused || (now >= _deadline && _stage != Stage.Reading))
        {
            transport.Abort();
        }
        else if (now >= _deadline)
        {
            Refuse(new HandshakeRefusal(408, "The opening handshake took too long."));
        }
    }

    private void Read(Span<byte> bytes)
    {
        ReadOnlySpan<byte> input = bytes;
        switch (_reader.TryRead(ref input, out var head, out var refusal))
        {
            case ReadStatus.NeedsMore:
                return;
            case ReadStatus.Invalid:
                Refuse(refusal!);
                return;
        }

        var rest = bytes[^input.Length..];
        refusal = ServerHandshake.Judge(head!, out var valid) ?? host.Judge(head!);
        if (refusal is not null)
        {
            Refuse(refusal);
            return;
        }

        var request = new WebSocketRequest(head!.Target, head.Headers, valid!.Subprotocols, transport.LocalEndPoint, transport.RemoteEndPoint);
        var deciding = host.DecideAsync(request, _ended.Token);
        if (deciding.IsCompletedSuccessfully)
        {
            Answer(request, valid, deciding.Result, rest, Receiving.Now);
            return;
        }

        _stage = Stage.Deciding;
        _early.Append(rest);
        _ = AnswerLaterAsync(request, valid, deciding);
    }

    private async Task AnswerLaterAsync(WebSocketRequest request, ValidRequest valid, ValueTask<HandshakeDecision> deciding)
    {
        HandshakeDecision decision;
        try
        {
            decision = await deciding.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The hook is the user's and may throw anything; who asked is told that it is our fault.
            Log.HandshakeHookFailed(host.Logger, e);
            decision = HandshakeDecision.Refuse(500, "The server failed to answer the request.");
        }

        Answer(request, valid, decision, _early.Span, Receiving.Paused);
        _early.Clear();
    }

    private void Answer(WebSocketRequest request, ValidRequest valid, HandshakeDecision decision, Span<byte> rest, Receiving receiving)
    {
        if (!decision.IsAccepted)
        {
            Refuse(new HandshakeRefusal(decision.Status, decision.Text ?? ""));
            if (receiving == Receiving.Paused)
            {
                transport.ResumeReceiving();
            }

            return;
        }

        _stage = Stage.Accepted;
        host.Pulse.Remove(this);
        var subprotocol = decision.Text ?? SubprotocolChoice.Choose(valid.Subprotocols, host.Subprotocols);
        lock (transport.Gate)
        {
            HeadWriter.WriteAcceptance(transport, valid.Key, subprotocol, extensions: null, []);
        }

        var socket = host.CreateSocket(request, subprotocol ?? "");
        var driver = new ConnectionDriver(transport, Role.Server, host.Settings, socket, socket.Id);
        socket.Attach(driver);
        driver.Open(rest, receiving);
    }

    private void Refuse(HandshakeRefusal refusal)
    {
        _stage = Stage.Refused;
        _refused = host.Pulse.Now + (long)host.Settings.CloseTimeout.TotalMilliseconds;
        Log.HandshakeRefused(host.Logger, transport.RemoteEndPoint?.ToString() ?? "an unknown address", refusal.Status, refusal.Problem);
        KeyValuePair<string, string>[] headers =
            refusal.HeaderName is { } name ? [new(name, refusal.HeaderValue!)] : [];
        lock (transport.Gate)
        {
            HeadWriter.WriteRefusal(transport, refusal.Status, StatusPhrase.Of(refusal.Status), refusal.Problem, headers);
        }

        transport.Shutdown();
    }
}
