using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms.WebSockets;

/// <summary>
/// Rooms whose members are WebSockets, in the plain format: each message that a member sends is a message of the room, and each
/// message of the room arrives as it is. Safe from any thread.
/// </summary>
public sealed class RoomSockets
{
    private readonly int _maxMessageBytes;

    /// <summary>Makes an empty set of rooms.</summary>
    /// <param name="options">Limits; default those of <see cref="RoomOptions"/>.</param>
    /// <param name="timeProvider">The clock that stamps messages and joins; default the system's.</param>
    /// <param name="log">Where a delivery that threw is logged (error, event 3000); default nowhere.</param>
    public RoomSockets(RoomOptions? options = null, TimeProvider? timeProvider = null, ILogger<RoomDirectory>? log = null)
    {
        _maxMessageBytes = (options ??= new RoomOptions()).MaxMessageBytes;
        Directory = new RoomDirectory(new SocketDelivery(), options, timeProvider, log);
    }

    /// <summary>The rooms: to publish from outside, to list, to look at members.</summary>
    public RoomDirectory Directory { get; }

    /// <summary>
    /// Makes a socket a member of a room until it closes. Call it in the connection's handler, once for a socket: a room's first
    /// message may arrive before this returns.
    /// </summary>
    /// <param name="socket">A socket whose messages nobody else handles.</param>
    /// <param name="room">The room, made if need be.</param>
    /// <param name="name">The member's display name.</param>
    /// <param name="last">How many messages of the history to send first. Default none.</param>
    /// <param name="wantsEcho">Whether the member gets its own messages back. Default true.</param>
    /// <exception cref="ArgumentException">The display name is not valid, see <see cref="DisplayName"/>.</exception>
    public void Join(ServerWebSocket socket, RoomName room, string name, int last = 0, bool wantsEcho = true)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var member = new SocketMember(socket, name, wantsEcho);
        var joined = Directory.Join(room, member, last);
        socket.OnMessage += message =>
        {
            if (message.Data.Length > _maxMessageBytes)
            {
                socket.Close(CloseCode.MessageTooBig, $"A message of this room has at most {_maxMessageBytes} bytes.");
                return;
            }

            try
            {
                joined.Publish(member, message.Data, message.Type == MessageType.Text ? RoomMessageKind.Text : RoomMessageKind.Binary);
            }
            catch (RoomBusyException)
            {
                // Its message is lost, and the plain format has no other way to say so.
                socket.Close(CloseCode.TryAgainLater, "The room is busy: too much waits to be delivered. Try again in a moment.");
            }
        };
        socket.OnClose += (_, _) => joined.Leave(member);
        if (socket.ReadyState == ReadyState.Closed)
        {
            // It ended while the handler was about something else, and nobody will tell.
            joined.Leave(member);
        }
    }
}
