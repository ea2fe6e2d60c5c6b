using System.Diagnostics;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>
/// What two ends have agreed on (RFC 7692 §7). Without context takeover it holds nothing of its own, and one serves any number of
/// connections; with it, it holds a connection's windows, and must be disposed with it.
/// </summary>
internal sealed class PermessageDeflate : IDisposable
{
    /// <summary>§6.1: RSV1 on a message's first frame says that it is compressed.</summary>
    internal const ReservedBits Mark = ReservedBits.Rsv1;

    private readonly DeflateSettings _settings;
    private readonly WindowBudget.Share? _share;
    private readonly Lock _outbound = new();
    private readonly bool _keepsInbound;
    private readonly bool _keepsOutbound;
    private readonly bool _mayCompress;
    private Inflater? _inflater;
    private Deflater? _deflater;
    private bool _isDisposed;

    /// <param name="role">Which end we are.</param>
    /// <param name="settings">What we want.</param>
    /// <param name="agreed">What was agreed on, as we keep it.</param>
    /// <param name="share">Where the windows' memory comes from; null if there are none.</param>
    /// <param name="header">The server's answer; default as it follows from what was agreed on.</param>
    internal PermessageDeflate(
        Role role, DeflateSettings settings, in DeflateParameters agreed, WindowBudget.Share? share, string? header = null)
    {
        _settings = settings;
        _share = share;
        var (keepsOutbound, keepsInbound) = Keeps(role, agreed);
        _keepsOutbound = keepsOutbound;
        _keepsInbound = keepsInbound;

        // A window of 8 is one that zlib cannot compress for. §6.1: any message may be sent as it is, so all of ours are then.
        var ownWindowBits = OwnWindowBits(role, agreed);
        _mayCompress = ownWindowBits >= DeflateParameters.LeastWindowBits;
        Form = new DeflateForm(settings.Level, ownWindowBits);
        Header = header ?? agreed.ToString();
        Debug.Assert(share is not null || !(keepsInbound || keepsOutbound), "A window needs a share of the budget.");
    }

    /// <summary>The value of the server's Sec-WebSocket-Extensions.</summary>
    internal string Header { get; }

    /// <summary>How our messages are compressed.</summary>
    internal DeflateForm Form { get; }

    /// <summary>Whether our messages may refer to earlier ones: then they must leave in the order in which they were compressed.</summary>
    internal bool KeepsOutbound => _keepsOutbound;

    /// <summary>What the windows pin between messages, in bytes.</summary>
    internal static int WindowBytes(Role role, in DeflateParameters agreed)
    {
        var (keepsOutbound, keepsInbound) = Keeps(role, agreed);
        return (keepsOutbound ? Deflater.PinnedBytes(OwnWindowBits(role, agreed)) : 0) + (keepsInbound ? Inflater.PinnedBytes : 0);
    }

    /// <summary>Payloads of fewer bytes are sent as they are.</summary>
    internal int Threshold => _settings.Threshold;

    /// <summary>Whether a message of ours is to be compressed.</summary>
    internal bool Wants(int payloadLength) => payloadLength >= Threshold && payloadLength > 0 && _mayCompress;

    /// <summary>For a message that is compressed in pieces: it refers to no other. The caller disposes it.</summary>
    /// <returns>Null if we do not compress.</returns>
    internal Deflater? NewDeflater() => _mayCompress ? new Deflater(Form) : null;

    /// <summary>A compressed message begins. Called by the thread that reads.</summary>
    internal Inflater BeginMessage()
    {
        var inflater = _inflater ?? Inflaters.Rent();
        _inflater = _keepsInbound ? inflater : null;
        inflater.BeginMessage();
        return inflater;
    }

    /// <summary>The memory of a message that is being inflated, beyond what the connection's share of the budget is for.</summary>
    internal int PinnedBytes => _keepsInbound ? 0 : Inflater.PinnedBytes;

    /// <summary>
    /// The end of a compressed message's payload: puts back the tail that its sender took off (§7.2.2). It says nothing and all of it is one block,
    /// so whatever is said, or left of it, is a sign that the payload broke off in the middle of a block.
    /// </summary>
    /// <returns>Whether the payload was whole.</returns>
    internal bool IsWhole(Inflater inflater)
    {
        // Senders are out there that end a message with a final block and no empty one behind it, and for an empty message send nothing at all.
        if (inflater.IsAtStart || inflater.Taken == 0)
        {
            return true;
        }

        Span<byte> output = stackalloc byte[1];
        var input = Deflater.Tail;
        if (inflater.Inflate(ref input, output, out var written) == ReadStatus.Invalid || written > 0 || !input.IsEmpty)
        {
            return false;
        }

        if (_keepsInbound)
        {
            return true;
        }

        // Nothing follows, so it may be asked whether a block could begin here: an empty and final one.
        input = [0x01, 0x00, 0x00, 0xFF, 0xFF];
        return inflater.Inflate(ref input, output, out written) == ReadStatus.Done && written == 0 && input.IsEmpty;
    }

    /// <summary>The message is over, or will never be.</summary>
    internal void EndMessage(Inflater inflater)
    {
        if (!_keepsInbound)
        {
            Inflaters.Return(inflater);
        }
    }

    /// <summary>Begins to send something compressed: until this is disposed nobody else compresses for this connection. Another thread may be waited for.</summary>
    internal Turn BeginSending() => new(this);

    /// <summary>Ends it. A reader that is still at it keeps its inflater to the end.</summary>
    public void Dispose()
    {
        if (_share is null)
        {
            return;
        }

        lock (_outbound)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _deflater?.Dispose();
            _deflater = null;
        }

        if (_inflater is { } inflater)
        {
            _inflater = null;
            Inflaters.Return(inflater);
        }

        _share.Dispose();
    }

    private static int OwnWindowBits(Role role, in DeflateParameters agreed) =>
        (role == Role.Server ? agreed.ServerMaxWindowBits : agreed.ClientMaxWindowBits) ?? DeflateParameters.MostWindowBits;

    private static (bool Outbound, bool Inbound) Keeps(Role role, in DeflateParameters agreed)
    {
        var (own, peer) = role == Role.Server
            ? (agreed.ServerNoContextTakeover, agreed.ClientNoContextTakeover)
            : (agreed.ClientNoContextTakeover, agreed.ServerNoContextTakeover);
        return (!own, !peer);
    }

    private bool TryCompress(ReadOnlySpan<byte> message, Span<byte> destination, out int length)
    {
        if (!_keepsOutbound)
        {
            return Deflaters.TryCompress(Form, message, destination, out length);
        }

        length = 0;
        return !_isDisposed
            && (_deflater ??= new Deflater(Form)).TryCompress(message, destination, keepsContext: true, out length);
    }

    /// <summary>The time in which one message is compressed and sent, so that messages leave in the order in which they refer to each other.</summary>
    internal readonly ref struct Turn
    {
        private readonly PermessageDeflate _deflate;

        internal Turn(PermessageDeflate deflate)
        {
            _deflate = deflate;
            if (deflate._keepsOutbound)
            {
                deflate._outbound.Enter();
            }
        }

        /// <summary>Compresses a message.</summary>
        /// <param name="message">All of it, and not empty.</param>
        /// <param name="destination">Where it goes. No longer than the message, and it is worth while if it fits.</param>
        /// <param name="length">How much room it took.</param>
        internal bool TryCompress(ReadOnlySpan<byte> message, Span<byte> destination, out int length) =>
            _deflate.TryCompress(message, destination, out length);

        /// <summary>What was compressed will not be sent, or something else is between: no later message refers to what came before.</summary>
        internal void ForgetContext() => _deflate._deflater?.Reset();

        public void Dispose()
        {
            if (_deflate._keepsOutbound)
            {
                _deflate._outbound.Exit();
            }
        }
    }
}
