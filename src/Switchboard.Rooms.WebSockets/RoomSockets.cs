using Microsoft.Extensions.Logging;
using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>
/// Rooms whose members are WebSockets, in two formats: plain, where each message that a member sends is a message of the room and each message of the room
/// arrives as it is; and <c>switchboard.v1.json</c>, with everything else. See docs/rooms-protocol.md. Safe from any thread.
/// </summary>
public sealed class RoomSockets : IAsyncDisposable
{
    private readonly SessionTerms _terms;

    /// <summary>Makes an empty set of rooms.</summary>
    /// <param name="rooms">What rooms are made of; default all in memory.</param>
    /// <param name="options">What holds for connections; default those of <see cref="RoomSocketOptions"/>.</param>
    /// <param name="reader">Reads the token of an <c>auth</c> frame: an identity, or why not. Default null: there are no tokens.</param>
    /// <param name="log">What goes wrong (events 3000 to 3099); default nowhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RoomSockets(
        RoomOptions? rooms = null,
        RoomSocketOptions? options = null,
        Func<string, CancellationToken, ValueTask<TokenReading>>? reader = null,
        ILogger<RoomDirectory>? log = null)
    {
        rooms ??= new RoomOptions();
        options ??= new RoomSocketOptions();
        options.Validate();
        Directory = new RoomDirectory(rooms, new SocketBatch(), log);
        _terms = new SessionTerms(Directory, options, rooms.TimeProvider, reader);
    }

    /// <summary>The subprotocol of the JSON format, to offer to clients.</summary>
    public static string Subprotocol => ServerFrame.Subprotocol;

    /// <summary>The rooms: to publish from outside, to list, to look at members.</summary>
    public RoomDirectory Directory { get; }

    /// <summary>The longest message of the wire, in bytes, that a room's limits may need: what <see cref="ServerWebSocketOptions.MaxMessageBytes"/> should be.</summary>
    /// <remarks>JSON needs up to six bytes for one of what it says, where each character is escaped, as many a library does beyond ASCII; and some around it.</remarks>
    public int MaxWireMessageBytes => (int)Math.Min(int.MaxValue, (6L * Directory.Rules.MaxMessageBytes) + (16 * 1024));

    /// <summary>
    /// Makes a socket a member: in the format that its subprotocol says. Call it in the connection's handler, once for a socket, and wait for it; it is a
    /// member until it closes.
    /// </summary>
    /// <param name="socket">A socket whose messages nobody else handles.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="room">The room to join at once; null for none, which is for the JSON format.</param>
    /// <param name="request">What of the past to send first.</param>
    /// <param name="wantsEcho">Whether the member gets its own messages back. Default true.</param>
    /// <exception cref="ArgumentException">There is no room, and the format is the plain one.</exception>
    public ValueTask AcceptAsync(ServerWebSocket socket, RoomIdentity identity, RoomName? room, JoinRequest request = default, bool wantsEcho = true)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(identity);
        if (socket.Protocol == Subprotocol)
        {
            return new JsonSession(_terms, socket, identity).BeginAsync(room, request, wantsEcho);
        }

        ArgumentNullException.ThrowIfNull(room);
        return new PlainSession(_terms, socket, identity).BeginAsync(room, request, wantsEcho);
    }

    /// <inheritdoc cref="RoomDirectory.DisposeAsync"/>
    public ValueTask DisposeAsync() => Directory.DisposeAsync();
}
