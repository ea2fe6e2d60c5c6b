using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Switchboard.Rooms;

/// <summary>
/// All rooms, in memory. A room comes into being when someone joins it or publishes to it, and goes when it has neither members nor
/// history, or when <see cref="RoomOptions"/> allow no more empty rooms.
/// Safe to use from any thread, also from inside a delivery.
/// </summary>
public sealed class RoomDirectory
{
    private readonly Lock _gate = new(); // Rooms come, go, empty and fill only under it. Taken before a room's.
    private readonly Dictionary<RoomName, Room> _rooms = [];
    private readonly EmptyRooms _empty;
    private readonly IRoomDelivery _delivery;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <summary>Creates a directory without rooms.</summary>
    /// <param name="delivery">Where messages go.</param>
    /// <param name="options">The limits; the defaults of <see cref="RoomOptions"/> when null.</param>
    /// <param name="time">The clock that stamps messages and joins; the system's when null.</param>
    /// <param name="log">Where a delivery that threw is logged (error, event 3000); nowhere when null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="delivery"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is negative.</exception>
    public RoomDirectory(IRoomDelivery delivery, RoomOptions? options = null, TimeProvider? time = null, ILogger<RoomDirectory>? log = null)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        _options = options ?? new RoomOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.HistoryLength);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxHistoryBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxEmptyRooms);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxEmptyRoomBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxUndeliveredBytes);
        _delivery = delivery;
        _time = time ?? TimeProvider.System;
        _log = log ?? NullLogger<RoomDirectory>.Instance;
        _empty = new EmptyRooms(_options);
    }

    /// <summary>
    /// Puts <paramref name="member"/> into the room, which is created if need be. In one step of the room's order it gets the newest
    /// <paramref name="last"/> messages, then every later one: none missing, none twice. They may arrive before this returns.
    /// </summary>
    /// <param name="name">The room.</param>
    /// <param name="member">A member that has joined no room yet.</param>
    /// <param name="last">How many messages of the history to deliver first, at most as many as there are. Default zero.</param>
    /// <returns>The room, to publish in and to leave.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="member"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="last"/> is negative.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="member"/> has joined a room before.</exception>
    public Room Join(RoomName name, RoomMember member, int last = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(member);
        ArgumentOutOfRangeException.ThrowIfNegative(last);
        Room room;
        lock (_gate)
        {
            if (member.JoinedAt is not null)
            {
                throw new InvalidOperationException("A member joins once; make a new one.");
            }

            room = GetOrCreate(name);
            _empty.Remove(room);
            room.Enter(member, last);
        }

        room.Deliver();
        return room;
    }

    /// <summary>
    /// Publishes to a room without being its member, as a backend does; the room is created if need be.
    /// Otherwise as <see cref="Room.Publish"/>.
    /// </summary>
    /// <param name="name">The room.</param>
    /// <param name="payload">At most <see cref="RoomOptions.MaxMessageBytes"/>; copied once.</param>
    /// <param name="kind">Text must be valid UTF-8.</param>
    /// <param name="sender">A valid <see cref="DisplayName"/>, or null for none.</param>
    /// <returns>The message as the room holds it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="payload"/> is too long, or text that is not UTF-8; or <paramref name="sender"/> is not a valid display name.
    /// </exception>
    /// <exception cref="RoomBusyException">
    /// Too much is not delivered yet, see <see cref="RoomOptions.MaxUndeliveredBytes"/>. The message has got no sequence; try again.
    /// </exception>
    public RoomMessage Publish(RoomName name, ReadOnlySpan<byte> payload, RoomMessageKind kind, string? sender = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (sender is not null)
        {
            DisplayName.ThrowIfInvalid(sender, nameof(sender));
        }

        var copy = Payload.Copy(payload, kind, _options.MaxMessageBytes);
        Room room;
        RoomMessage message;
        lock (_gate)
        {
            room = GetOrCreate(name);
            _empty.Remove(room);
            try
            {
                message = room.Append(copy, kind, sender);
            }
            finally
            {
                // Also if it was too busy: an empty room that nobody counts would never go.
                Settle(room);
            }
        }

        room.Deliver();
        return message;
    }

    /// <summary>Finds a room that is in memory; creates none.</summary>
    /// <param name="name">The room.</param>
    /// <param name="room">The room, when the answer is true.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool TryGet(RoomName name, [NotNullWhen(true)] out Room? room)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(name, out room);
        }
    }

    /// <summary>The rooms at this moment, in no particular order: a copy. Those kept for their history have no members.</summary>
    public IReadOnlyList<Room> List()
    {
        lock (_gate)
        {
            return [.. _rooms.Values];
        }
    }

    /// <summary>The directory's half of <see cref="Room.Leave"/>.</summary>
    internal bool TakeOut(Room room, RoomMember member)
    {
        lock (_gate)
        {
            if (!room.TryRemove(member))
            {
                return false;
            }

            Settle(room);
            return true;
        }
    }

    private Room GetOrCreate(RoomName name)
    {
        if (!_rooms.TryGetValue(name, out var room))
        {
            room = new Room(name, this, _options, _time, new RoomOutbox(_delivery, _options.MaxUndeliveredBytes, _log));
            _rooms.Add(name, room);
        }

        return room;
    }

    /// <summary>Decides what becomes of a room that may have nobody in it.</summary>
    private void Settle(Room room)
    {
        if (!room.IsEmpty)
        {
            return;
        }

        if (room.History.Count == 0)
        {
            _rooms.Remove(room.Name);
            return;
        }

        _empty.Add(room);
        while (_empty.TryTakeExcess(out var excess))
        {
            _rooms.Remove(excess.Name);
        }
    }
}
