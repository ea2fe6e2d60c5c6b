using System.Net;
using Switchboard.Addresses;
using Switchboard.Connections;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>A client, as the server sees it. See <see cref="WebSocketConnection"/> for what it does.</summary>
public sealed class ServerWebSocket : WebSocketConnection, IBagged
{
    private readonly ClientCollection _clients;
    private readonly AddressBook.Place? _place;
    private Func<ServerWebSocket, ValueTask>? _onOpen;

    internal ServerWebSocket(ClientCollection clients, AddressBook.Place? place, string protocol, Func<ServerWebSocket, ValueTask> onOpen)
    {
        _clients = clients;
        _place = place;
        _onOpen = onOpen;
        Protocol = protocol;
    }

    /// <summary>Sends a message that was framed before, without framing it again.</summary>
    /// <returns>False if it was not queued: the connection is not open, or its backlog is full.</returns>
    public bool Send(PreparedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendShared(message.Type, message.Frame, message.PayloadLength, message.Compressed);
    }

    internal bool SendShared(MessageType type, in SharedBytes frame, int payloadLength, CompressedFrames? compressed) =>
        Driver?.SendShared(type, frame, payloadLength, compressed) ?? false;

    /// <summary>The client's address where the transport has another: a proxy's.</summary>
    internal EndPoint? Client { private get; init; }

    private protected override EndPoint? ToldEndPoint => Client;

    internal new void Attach(ConnectionDriver driver)
    {
        base.Attach(driver);
        _clients.Add(this);
    }

    int IBagged.BagIndex { get; set; }

    /// <inheritdoc cref="Switchboard.Transports.IBlockingObserver.OnBlocking"/>
    internal void OnBlocking(TimeSpan soFar) => Driver?.OnBlocking(soFar);

    private protected override ValueTask RaiseOpenAsync()
    {
        // The request hangs on it, with all of its headers: whoever wants to keep that does so.
        var onOpen = _onOpen!;
        _onOpen = null;
        return onOpen(this);
    }

    private protected override void End(CloseOutcome outcome)
    {
        _clients.Remove(this);
        _place?.Leave();
        base.End(outcome);
    }
}
