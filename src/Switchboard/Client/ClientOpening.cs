using System.Net;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Client.Cookies;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Transports;
using Switchboard.Transports.Tls;

namespace Switchboard.Client;

/// <summary>A client's opening handshake: asks, reads the answer, and hands the transport on or says why it failed.</summary>
/// <param name="transport">Connected and not started.</param>
/// <param name="url">Where to.</param>
/// <param name="options">How.</param>
/// <param name="onOpened">Gets the subprotocol, what was agreed on about compression, and what came behind the answer, inside the transport's callback.</param>
/// <param name="onFailed">Gets why; called at most once.</param>
internal sealed class ClientOpening(
    ITransport transport, ServerUrl url, WebSocketClientOptions options, ClientOpening.Opened onOpened, Action<WebSocketFailure> onFailed) : ITransportReceiver
{
    private readonly ResponseReader _reader = new(HeadLimits.Default);
    private string _key = "";
    private IReadOnlyList<string> _offered = [];
    private DeflateOffer? _compression;
    private bool _isDone;

    internal delegate void Opened(string subprotocol, PermessageDeflate? deflate, Span<byte> early);

    internal void Start()
    {
        // RFC 6455 §4.1, item 7: a nonce, chosen at random for each connection.
        _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(AcceptKey.NonceSize));
        _offered = options.Protocols;
        _compression = options.Compression is { } compression ? new DeflateOffer(compression.ToSettings(options.Memory)) : null;
        using (transport.Gate.Enter())
        {
            HeadWriter.WriteRequest(transport, url.Target, url.Host, _key, _offered, _compression?.Header, HeadersFor(url, options));
        }

        transport.StartAndSend(this);
    }

    // What the application gives itself goes before what would be made for it.
    private static IEnumerable<KeyValuePair<string, string>> HeadersFor(ServerUrl url, WebSocketClientOptions options)
    {
        foreach (var header in options.Headers)
        {
            yield return header;
        }

        // RFC 7617 §2, sent without being asked: a challenge is not answered (WHATWG WebSockets).
        if ((url.Username.Length > 0 || url.Password.Length > 0) && !Has("Authorization"))
        {
            yield return new("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{url.Username}:{url.Password}"))}");
        }

        if (!Has("Cookie") && ClientCookies.HeaderFor(url, options.Cookies) is { } cookies)
        {
            yield return new("Cookie", cookies);
        }

        bool Has(string name) => options.Headers.Keys.Any(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
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
        ClientCookies.Store(url, options.Cookies, head?.Headers.Fields ?? []);
        var subprotocol = "";
        PermessageDeflate? deflate = null;
        problem ??= ClientHandshake.Judge(head!, _key, _offered, _compression, out subprotocol, out deflate);
        _compression?.Dispose();
        if (problem is null)
        {
            onOpened(subprotocol, deflate, bytes[^input.Length..]);
            return;
        }

        onFailed(head is not null && head.Status != 101
            ? new WebSocketFailure(FailureKind.HttpStatus, problem) { Status = (HttpStatusCode)head.Status, Headers = head.Headers.Fields }
            : new WebSocketFailure(FailureKind.Handshake, problem) { Headers = head?.Headers.Fields ?? [] });
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
            onFailed(fault is TlsException
                ? new WebSocketFailure(FailureKind.Tls, fault.Message, fault)
                : new WebSocketFailure(FailureKind.ConnectionLost, "The server ended the connection during the opening handshake.", fault));
        }
    }
}
