using System.Security.Cryptography;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Transports;
using Switchboard.Transports.Tls;

namespace Switchboard.Client;

/// <summary>A client's opening handshake: asks, reads the answer, and hands the transport on or says why it failed.</summary>
/// <param name="transport">Connected and not started.</param>
/// <param name="onOpened">Gets the subprotocol, what was agreed on about compression, and what came behind the answer, inside the transport's callback.</param>
/// <param name="onFailed">Gets a sentence, and the exception if there is one; called at most once.</param>
internal sealed class ClientOpening(ITransport transport, ClientOpening.Opened onOpened, Action<string, Exception?> onFailed) : ITransportReceiver
{
    private readonly ResponseReader _reader = new(HeadLimits.Default);
    private string _key = "";
    private IReadOnlyList<string> _offered = [];
    private DeflateOffer? _compression;
    private bool _isDone;

    internal delegate void Opened(string subprotocol, PermessageDeflate? deflate, Span<byte> early);

    internal void Start(ServerUrl url, WebSocketClientOptions options)
    {
        // RFC 6455 §4.1, item 7: a nonce, chosen at random for each connection.
        _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(AcceptKey.NonceSize));
        _offered = options.Protocols;
        _compression = options.Compression is { } compression ? new DeflateOffer(compression.ToSettings(options.Memory)) : null;
        using (transport.Gate.Enter())
        {
            HeadWriter.WriteRequest(transport, url.Target, url.Host, _key, _offered, _compression?.Header, options.Headers);
        }

        transport.Start(this);
        transport.Flush();
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
        var subprotocol = "";
        PermessageDeflate? deflate = null;
        problem ??= ClientHandshake.Judge(head!, _key, _offered, _compression, out subprotocol, out deflate);
        _compression?.Dispose();
        if (problem is null)
        {
            onOpened(subprotocol, deflate, bytes[^input.Length..]);
            return;
        }

        onFailed(problem, null);
        transport.Abort();
    }

    public bool OnBatchEnd() => true;

    public void OnSent(bool hasWaited)
    {
    }

    public void OnClosed(Exception? fault)
    {
        _reader.Release();
        if (!_isDone)
        {
            _isDone = true;
            _compression?.Dispose();
            onFailed((fault as TlsException)?.Message ?? "The server ended the connection during the opening handshake.", fault);
        }
    }
}
